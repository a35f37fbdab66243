#!/bin/sh
# What the texts of the tree promise: every settings key is explained in limber.conf and in its
# manual page with the default that the program has, nothing is left for later, and no path of
# somebody's own machine has slipped in.
cd "$(dirname "$0")/../.." || exit 2
bad=0

complain() {
	echo "$1"
	bad=1
}

texts() {
	find . \( -name .git -o -name 'build*' -o -name __pycache__ \) -prune -o -type f ! -path ./tests/lint/docs.sh -print
}

# The table of settings.c: a row's section, default and key.
keys=$(sed -n 's/^.*{ SECTION_\([A-Z]*\), \("[^"]*"\|NULL\), { "\([a-z_]*\)", FIELD_.*/\1 \3 \2/p' daemon/conf/settings.c)
[ -n "$keys" ] || complain "daemon/conf/settings.c: no keys found: has the table another form?"
while read -r section key fallback; do
	name=$(echo "$section" | tr '[:upper:]' '[:lower:]')
	awk -v section="$name" -v key="$key" '
		/^#?[ \t]*\[/ { gsub(/[#\[\] \t]/, " "); split($0, word, " "); now = word[1] }
		now == section && $0 ~ "^#?[ \t]*" key "[ \t]*=" { found = 1 }
		END { exit !found }' config/limber.conf ||
		complain "config/limber.conf: [$name] says nothing of '$key'"
	grep -qE "(^|[^a-z_])$key([^a-z_]|\$)" client/limber.conf.5 ||
		complain "client/limber.conf.5: says nothing of '$key'"
	# A rule's defaults are those of its preset row; the other sections have one only.
	[ "$name" = rule ] || grep -qE "^#?[[:space:]]*${key}[[:space:]]*=[[:space:]]*\"?$(echo "$fallback" | tr -d '"')\"?[[:space:]]*\$" config/limber.conf ||
		complain "config/limber.conf: '$key' is not shown with its default $fallback"
done <<EOF
$keys
EOF

left=$(texts | xargs -d '\n' grep -nIwE 'TODO|FIXME|XXX') && complain "left for later:
$left"

own=$(texts | xargs -d '\n' grep -nIE "(^|[[:space:]\"'\`=(])/(home|root|mnt|media|Users)/[A-Za-z0-9_.-]") &&
	complain "paths of somebody's own machine:
$own"
own=$(texts | xargs -d '\n' grep -nIF -e "$PWD/") && complain "the path of this checkout:
$own"

exit $bad
