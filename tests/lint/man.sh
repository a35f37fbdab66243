#!/bin/sh
# The manual pages are well-formed, so that every reader of manual pages shows them alike.
cd "$(dirname "$0")/../.." || exit 2
if ! command -v mandoc >/dev/null; then
	echo "man: skipped, there is no mandoc (apt install mandoc)"
	exit 77
fi
mandoc -T lint -W warning client/*.[1-9]
