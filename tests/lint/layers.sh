#!/bin/sh
# Includes point one way: no source file may look above its layer (layers.txt).
cd "$(dirname "$0")/../.." || exit 2

find daemon client \( -name '*.c' -o -name '*.h' \) -exec grep -Hn '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' {} + |
awk -v table=tests/lint/layers.txt '
	BEGIN {
		while ((getline line < table) > 0) {
			n = split(line, word, " ")
			if (n == 0 || line ~ /^#/)
				continue
			known[word[1]] = 1
			for (i = 1; i <= n; i++)
				allowed[word[1], word[i]] = 1
		}
		close(table)
	}
	{
		split($0, part, "\"")
		to = part[2]
		split($0, at, ":")
		n = split(at[1], dir, "/")
		from = dir[1] == "client" ? "client" : n > 2 ? dir[2] : dir[1]
		# A name without a folder is found beside the file itself.
		folder = index(to, "/") ? substr(to, 1, index(to, "/") - 1) : from
		if (!known[from])
			why = "the folder " from "/ is not in layers.txt"
		else if (to ~ /\.\./)
			why = "includes are named from daemon/ or client/ on, not by .."
		else if (!allowed[from, folder] && !allowed[from, to])
			why = from "/ may not include " to
		else
			next
		print at[1] ":" at[2] ": " why
		bad = 1
	}
	END { exit bad }'
