#!/bin/sh
# Shell scripts hold no trap that shellcheck knows.
cd "$(dirname "$0")/../.." || exit 2
if ! command -v shellcheck >/dev/null; then
	echo "shell: skipped, there is no shellcheck (apt install shellcheck)"
	exit 77
fi
bad=0
# No name in the tree has a blank.
# shellcheck disable=SC2046
shellcheck -S warning $(grep -lrE '^#!/bin/(ba)?sh' tests .ci) || bad=1
shellcheck -S warning -s bash client/completions/limber.bash || bad=1
exit $bad
