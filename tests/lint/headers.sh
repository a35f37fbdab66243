#!/bin/sh
# Every header compiles alone: who includes it need not know what it needs.
cd "$(dirname "$0")/../.." || exit 2
CC=${CC:-cc}
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT

bad=0
for header in $(find daemon client -name '*.h' | sort); do
	set -- -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Wconversion -Wundef -Wstrict-prototypes -Werror
	if grep -q '^#include <\(glib\|gio\|libnotify\)' "$header"; then
		# Word splitting is wanted: these are flags.
		# shellcheck disable=SC2046
		set -- "$@" $(pkg-config --cflags libnotify gio-2.0)
	fi
	if grep -q '^#include <pipewire/' "$header"; then
		pkg-config --exists libpipewire-0.3 || continue
		# Its own code is not held to our warnings.
		# shellcheck disable=SC2046
		set -- "$@" $(pkg-config --cflags libpipewire-0.3 | sed 's/-I/-isystem /g')
	fi
	if ! printf '#include "%s"\n' "${header#*/}" |
		$CC "$@" -Idaemon -Iclient -fsyntax-only -x c - 2>"$log"; then
		echo "$header does not compile alone:"
		sed 's/^/  /' "$log"
		bad=1
	fi
done
exit $bad
