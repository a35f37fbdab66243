#!/bin/sh
# The formatter decides how C looks; tables are fenced with `clang-format off`. Its versions differ
# in details, so that only the one that the tree was formatted with can tell: 14, Debian 12's.
cd "$(dirname "$0")/../.." || exit 2
wanted=14

for formatter in clang-format-$wanted clang-format; do
	command -v "$formatter" >/dev/null && break
done
version=$("$formatter" --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p')
if [ "$version" != $wanted ]; then
	echo "format: skipped, clang-format $wanted is not here (found ${version:-none})"
	exit 77
fi
find daemon client tests \( -name '*.c' -o -name '*.h' \) -print0 |
	xargs -0 "$formatter" --style=file --dry-run -Werror
