#!/bin/sh
# check.sh PART...: runs parts of the tests (unit, scenario, build, e2e) one
# after the other.
#
# Each part ends with a line "N passed, N failed, N skipped"; so does the
# whole, with the sums.  A part that ends without such a line, or with a
# status that does not fit it, has failed.
set -u
: "${BUILD:=build}"
export BUILD
JOBS=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/replygate-check.XXXXXX") || exit 1
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

SUMMARY='^[0-9][0-9]* passed, [0-9][0-9]* failed, [0-9][0-9]* skipped$'
ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}
UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
TSAN_OPTIONS=${TSAN_OPTIONS:-suppressions=$PWD/tests/tsan.supp ignore_noninstrumented_modules=1}
export ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS

passed=0 failed=0 skipped=0

count() {
	passed=$((passed + $1))
	failed=$((failed + $2))
	skipped=$((skipped + $3))
}

# The programs of unit tests, as many at once as there are cores: some compute,
# some wait.
part_unit() {
	RESULTS=$TMPDIR/results
	export RESULTS
	: >"$RESULTS"
	for source in tests/unit/test_*.c; do
		name=${source##*/}
		[ ! -e "$source" ] || echo "$BUILD/unit/${name%.c}"
	done >"$TMPDIR/programs"
	# not behind an "&", where they could not be interrupted
	xargs -n 1 -P "$JOBS" sh tests/unit/run.sh <"$TMPDIR/programs"
	# a program that has not noted anything has failed
	# shellcheck disable=SC2046 # three numbers
	count $(awk -v programs="$(grep -c . "$TMPDIR/programs")" '
	    { passed += $1; failed += $2 }
	    END { print passed + 0, failed + programs - NR, 0 }' "$RESULTS")
}

part_scenario() {
	for story in tests/scenario/*.scn; do
		[ -e "$story" ] || continue
		if "$BUILD/scenario" "$story" >"$TMPDIR/output" 2>&1; then
			echo "scenario ${story##*/}: passed"
			count 1 0 0
		else
			echo "scenario ${story##*/}: FAILED"
			cat "$TMPDIR/output"
			count 0 1 0
		fi
	done
}

# The Makefile is BSD make's too, and it builds what answers for itself.
part_build() {
	command -v bmake >/dev/null 2>&1 || {
		echo 'build with BSD make: SKIPPED, there is no bmake'
		count 0 0 1
		return
	}
	# what the make around this hands on is none of its business
	if env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKE bmake -j "$JOBS" \
	    BUILD="$TMPDIR/bmake" CFLAGS=-O0 WERROR=1 programs \
	    >"$TMPDIR/output" 2>&1 </dev/null &&
	    "$TMPDIR/bmake/replygate" -V >>"$TMPDIR/output" 2>&1; then
		echo 'build with BSD make: passed'
		count 1 0 0
	else
		echo 'build with BSD make: FAILED'
		cat "$TMPDIR/output"
		count 0 1 0
	fi
	rm -rf "$TMPDIR/bmake"
}

# Some of the tests with one mail system; the last line is their result.
start_e2e() {
	python3 -B tests/e2e/run.py --build "$BUILD" --mta "$1" --part "$2" \
	    >"$TMPDIR/e2e-$1-${2%/*}" 2>&3 &
	children="$children $!"
}

# Waits for it.  A signal ends them all, and they clean up behind them.
end_e2e() {
	wait "$2"
	status=$?
	line=$(grep "$SUMMARY" "$TMPDIR/e2e-$1" | tail -n 1)
	# shellcheck disable=SC2086,SC2046 # three numbers
	count $(printf '%s\n' "${line:-0 passed, 1 failed, 0 skipped}" |
	    tr -dc '0-9 ')
	if [ $status -ne 0 ]; then
		case $line in *' 0 failed,'*)
			echo "e2e $1: ended with status $status"
			count 0 1 0;;
		esac
	fi
}

# With both mail systems, and with Postfix twice, at once: they mostly wait.
part_e2e() {
	children=
	trap 'kill $children 2>/dev/null; wait; exit 130' INT
	trap 'kill $children 2>/dev/null; wait; exit 143' HUP TERM
	start_e2e postfix 1/2
	start_e2e postfix 2/2
	start_e2e sendmail 1/1
	# shellcheck disable=SC2086 # three numbers
	set -- $children
	end_e2e postfix-1 "$1"
	end_e2e postfix-2 "$2"
	end_e2e sendmail-1 "$3"
	trap 'exit 130' INT
	trap 'exit 143' HUP TERM
}

exec 3>&1
for part; do
	"part_$part"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
