#!/bin/sh
# lint.sh: everything about the source that can be checked without running it.
#
# Each check prints what is wrong and where; the last line says how many
# checks complained.  Run by `make lint`, which sets BASE_CFLAGS and BUILD.
set -u
export LC_ALL=C
: "${BASE_CFLAGS:=-std=gnu11 -D_GNU_SOURCE -Isrc}"
: "${BUILD:=build}"

FLOORS='base mail policy store notify gate front'
FUNCTION_MAX=70
FILE_MAX=500
JOBS=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
complaints=0

find src tests -name '*.[ch]' -type f | sort >"$work/all"
grep '\.c$' "$work/all" >"$work/sources"
grep '^src/' "$work/all" >"$work/house"
grep '^src/' "$work/sources" >"$work/programs"

# check NAME COMMAND...: the command prints what is wrong, or fails.
check() {
	title=$1
	shift
	if "$@" >"$work/output" 2>&1 && [ ! -s "$work/output" ]; then
		echo "lint $title: fine"
	else
		echo "lint $title: COMPLAINS"
		sed 's/^/  /' "$work/output"
		complaints=$((complaints + 1))
	fi
}

# A file includes its own floor and those below; the mains stand on the roof.
floors() {
	while read -r file; do
		floor=${file#src/}
		case $floor in
		*/*) floor=${floor%%/*};;
		*) continue;;
		esac
		above=
		found=false
		for name in $FLOORS; do
			$found && above="$above $name"
			[ "$name" = "$floor" ] && found=true
		done
		$found || echo "$file: $floor is no floor; they are: $FLOORS"
		for name in $above; do
			grep -Hn "^#include \"$name/" "$file" | sed \
			    "s|\$| -- $floor may not include $name|"
		done
		grep -Hn '^#include "[^/"]*"' "$file" |
		    sed 's|$| -- write it with its floor|'
	done <"$work/house"
}

# A library's header is included by one file of a program.  The command's own
# files are those of the front that begin with ctl.
libraries() {
	grep '^src/front/ctl\|^src/replygatectl' "$work/house" >"$work/command"
	grep -vxFf "$work/command" "$work/house" >"$work/daemon"
	for header in libmilter/mfapi.h db.h libconfig.h microhttpd.h \
	    curl/curl.h gmime/gmime.h glib.h sodium.h libpsl.h libpq-fe.h; do
		for program in daemon command; do
			xargs grep -l "^#include <$header>" \
			    <"$work/$program" >"$work/users"
			[ "$(wc -l <"$work/users")" -le 1 ] || {
				echo "<$header> is included by more than" \
				    "one file of the $program:"
				cat "$work/users"
			}
		done
	done
}

lengths() {
	while read -r file; do
		awk -v most=$FUNCTION_MAX -v file="$file" -v all=$FILE_MAX '
			/^{$/ { start = NR }
			/^}$/ && start && NR - start - 1 > most {
				printf "%s:%d: a function of %d lines, " \
				    "more than %d\n", file, start,
				    NR - start - 1, most
			}
			/^}/ { start = 0 }
			END { if (NR > all)
				printf "%s: %d lines, more than %d\n", file,
				    NR, all }' "$file"
	done <"$work/all"
}

# 80 columns, no trailing white space, no spaces where tabs belong.
layout() {
	while read -r file; do
		expand "$file" | awk -v file="$file" '
			length($0) > 80 {
				printf "%s:%d: %d columns\n", file, NR,
				    length($0) }'
		awk -v file="$file" '
			/[ \t]$/ { printf "%s:%d: white space at the end\n",
			    file, NR }
			/^        / { printf "%s:%d: spaces for a tab\n",
			    file, NR }
			/^[ \t]*\/\// { printf "%s:%d: a // comment\n",
			    file, NR }
			/TODO|FIXME|(^|[^X])XXX([^X]|$)/ { printf "%s:%d: unfinished\n",
			    file, NR }' "$file"
	done <"$work/all"
}

# compile COMPILER: every warning, as an error, without code.
compile() {
	# shellcheck disable=SC2086 # flags
	xargs -n 8 -P "$JOBS" "$1" $BASE_CFLAGS -Itests/unit -O2 -Werror \
	    -fsyntax-only <"$work/sources"
}

# What another C library has not.  Only the other libraries' headers are lent
# to it, not the directory they lie in, which is glibc's.
musl() {
	mkdir -p "$work/include"
	for header in libmilter db.h libconfig.h microhttpd.h jansson.h \
	    jansson_config.h sodium.h sodium libpsl.h curl; do
		for place in /usr/include /usr/include/*-linux-gnu; do
			[ ! -e "$place/$header" ] ||
			    ln -sf "$place/$header" "$work/include/$header"
		done
	done
	flags=$(pkg-config --cflags gmime-3.0 | sed 's/-I/-isystem /g')
	# shellcheck disable=SC2086 # flags
	xargs -n 8 -P "$JOBS" musl-gcc -std=gnu11 -D_GNU_SOURCE -Isrc -Wall \
	    -Wextra -Werror -isystem "$work/include" $flags \
	    -fsyntax-only <"$work/programs"
}

# It takes seconds a file: one in which nothing was found is looked at again
# when it, what it includes or what is looked for has changed.  The analyser's
# own summary and progress lines are not complaints.
tidy() {
	mkdir -p "$BUILD/lint"
	# shellcheck disable=SC2016 # the inner shell's
	BASE_CFLAGS=$BASE_CFLAGS known=$BUILD/lint xargs -n 1 -P "$JOBS" \
	    sh -c '
		stamp=$known/$(echo "$1" | tr / _)
		sum=$({ clang-tidy --version; echo "$BASE_CFLAGS"
		    cat .clang-tidy "$1"
		    cc $BASE_CFLAGS -E "$1"; } 2>&1 | cksum)
		[ "$(cat "$stamp" 2>/dev/null)" != "$sum" ] || exit 0
		found=$(clang-tidy --quiet "$1" -- $BASE_CFLAGS 2>/dev/null)
		status=$?
		[ $status -ne 0 ] || [ -n "$found" ] || echo "$sum" >"$stamp"
		[ -z "$found" ] || echo "$found"
		exit $status' sh <"$work/programs"
}

static_analysis() {
	cppcheck --quiet --error-exitcode=1 --std=c11 -j "$JOBS" -Isrc \
	    --enable=warning,portability --inline-suppr \
	    --suppress=missingIncludeSystem --library=posix \
	    --template='{file}:{line}: {severity}: {message} ({id})' src
}

manuals() {
	for page in src/*.[58]; do
		[ ! -f "$page" ] || mandoc -Tlint -Wwarning "$page"
	done
}

scripts() {
	shellcheck tests/*.sh tests/*/*.sh .ci/run rc.d/*.sh \
	    rc.d/debian/build.sh rc.d/debian/postinst rc.d/debian/postrm
	shellcheck -s sh rc.d/freebsd/replygate rc.d/netbsd/replygate \
	    rc.d/openrc/replygate tests/rc/rc.subr.*
	shellcheck -s ksh rc.d/openbsd/replygate
}

pythons() {
	find tests -name '*.py' | while read -r file; do
		python3 -B -c 'import ast, sys
ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$file"
		awk -v file="$file" 'length($0) > 80 {
			printf "%s:%d: %d columns\n", file, NR, length($0) }
			/[ \t]$/ { printf "%s:%d: white space at the end\n",
			    file, NR }' "$file"
	done
}

# optional PROGRAM CHECK COMMAND...: says so where the program is missing
optional() {
	if command -v "$1" >/dev/null 2>&1; then
		shift
		check "$@"
	else
		echo "lint $2: SKIPPED, there is no $1"
	fi
}

check floors floors
check libraries libraries
check lengths lengths
check layout layout
optional gcc gcc compile gcc
optional clang clang compile clang
optional musl-gcc musl musl
optional cppcheck cppcheck static_analysis
optional clang-tidy clang-tidy tidy
optional mandoc manuals manuals
optional shellcheck scripts scripts
optional python3 python pythons

if [ $complaints -gt 0 ]; then
	echo "lint: $complaints checks complain"
	exit 1
fi
echo 'lint: all fine'
