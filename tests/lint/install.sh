#!/bin/sh
# `make install` puts down exactly what install.txt lists, below DESTDIR and PREFIX and nowhere
# else, and `make uninstall` leaves none of it.
cd "$(dirname "$0")/../.." || exit 2
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
bad=0

for program in limberd limber limber-notify limber-sense; do
	if [ ! -x "${BUILD:=build}/$program" ]; then
		echo "$BUILD/$program is not built"
		exit 1
	fi
done
# Copies that are not built again: this is about where files go.
mkdir "$folder/build" "$folder/root"
cp "$BUILD/limberd" "$BUILD/limber" "$BUILD/limber-notify" "$BUILD/limber-sense" \
	"$folder/build" || exit 2

# $1 target; says what make said if that failed.
run() {
	${MAKE:-make} -o all "$1" "BUILD=$folder/build" "DESTDIR=$folder/root" PREFIX=/usr \
		>"$folder/log" 2>&1 && return
	cat "$folder/log"
	exit 1
}

# Each file or link with its mode, as it will be found.
files() {
	(cd "$folder/root" && find . ! -type d -printf '%m /%P\n' | LC_ALL=C sort -k 2)
}

run install
if ! files | diff tests/lint/install.txt - >"$folder/difference"; then
	echo "make install differs from tests/lint/install.txt (< listed, > installed):"
	grep '^[<>]' "$folder/difference"
	bad=1
fi
# What is made on the way knows the prefix and nothing of DESTDIR.
left=$(cd "$folder/root" && grep -rlI -e '@[A-Z]*DIR@' -e "$folder" .)
if [ -n "$left" ]; then
	echo "a placeholder or DESTDIR was left in: $left"
	bad=1
fi
# Somebody else's file in a folder that may be shared is not ours to take.
echo mine >"$folder/root/usr/share/limber/exercises/mine.ini"
run uninstall
if [ "$(files)" != "644 /usr/share/limber/exercises/mine.ini" ]; then
	echo "after make uninstall there should be only a file that was not installed, but there is:"
	files
	bad=1
fi
exit $bad
