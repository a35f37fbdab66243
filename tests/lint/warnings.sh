#!/bin/sh
# Everything, tests included, builds without a warning under gcc and clang. The objects stay where
# they are, so that the next time only what has changed is built.
cd "$(dirname "$0")/../.." || exit 2
BUILD=${BUILD:-build}
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT

for compiler in gcc clang; do
	if ! command -v $compiler >/dev/null; then
		echo "warnings: skipped, there is no $compiler (apt install $compiler)"
		exit 77
	fi
done
bad=0
for compiler in gcc clang; do
	# One compiler's flags are not the other's: what the caller chose is left behind.
	if ! env -u CFLAGS -u CC -u SANITIZE -u MAKEFLAGS make -s -k -j"$(nproc)" WERROR=1 CC=$compiler \
		BUILD="$BUILD/lint-$compiler" all tests >"$log" 2>&1; then
		echo "$compiler is not content:"
		sed 's/^/  /' "$log"
		bad=1
	fi
done
exit $bad
