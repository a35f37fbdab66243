#!/bin/sh
# core/ and coach/ may use memory and string primitives, and each other: no clock, no file, no
# allocation, no log. The symbol tables of their objects tell. Objects are named as arguments or
# found in $BUILD, which should be a plain build: sanitizers add symbols of their own.
cd "$(dirname "$0")/../.." || exit 2
BUILD=${BUILD:-build}

if [ $# -eq 0 ]; then
	for source in daemon/core/*.c daemon/coach/*.c; do
		object=$BUILD/${source%.c}.o
		if [ ! -f "$object" ]; then
			echo "pure: skipped, $object is not built (make BUILD=$BUILD)"
			exit 77
		fi
		set -- "$@" "$object"
	done
fi

# What the objects define themselves, they may use.
own=$(nm --defined-only -g "$@" | awk 'NF == 3 { print $3 }')
if [ -z "$own" ]; then
	echo "pure: there are no symbols in $*"
	exit 1
fi
allowed='__assert_fail|__stack_chk_fail|(__)?mem(cpy|move|set|cmp|chr)(_chk)?|str(n?cmp|n?len|n?cpy|r?chr|str|c?spn)|bsearch|qsort|_GLOBAL_OFFSET_TABLE_'
nm -u -A "$@" | awk -v own="$own" -v allowed="^($allowed)\$" '
	BEGIN {
		n = split(own, name, "\n")
		for (i = 1; i <= n; i++)
			ours[name[i]] = 1
	}
	NF >= 2 && $(NF - 1) == "U" && !ours[$NF] && $NF !~ allowed {
		sub(/:$/, "", $1)
		print $1 ": uses " $NF "(), which is not pure"
		bad = 1
	}
	END { exit bad }'
