#!/bin/sh
# run.sh PROGRAM: runs one program of unit tests for tests/check.sh.
#
# Prints one line about it and, if a test has failed, all that it said; notes
# how many passed and failed in the file $RESULTS, a line for each program.
set -u
output=$RESULTS.$$
CK_VERBOSITY=normal CK_DEFAULT_TIMEOUT=${CK_DEFAULT_TIMEOUT:-60} \
    "$1" >"$output" 2>&1 </dev/null
status=$?
# its last count is its result
line=$(sed -n 's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\)$/\1 \2 \3/p' \
    "$output" | awk '{ c += $1; f += $2 + $3 }
    END { if (NR) print c - f, f }')
if [ -z "$line" ]; then
	line='0 1'
elif [ $status -ne 0 ] && [ "${line#* }" -eq 0 ]; then
	line="${line% *} 1"
fi
echo "$line" >>"$RESULTS"
if [ "${line#* }" -eq 0 ]; then
	: >"$output"
fi
# in one piece, for others write meanwhile
{
	printf 'unit %-28s %s passed, %s failed\n' "${1##*/test_}" \
	    "${line% *}" "${line#* }"
	cat "$output"
} >"$output.text"
cat "$output.text"
rm -f "$output" "$output.text"
