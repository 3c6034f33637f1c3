#!/bin/sh
# fuzz.sh: runs each target of tests/fuzz for FUZZ_TIME seconds, or only FUZZ.
#
# BUILD/libreplygate.a is instrumented; FLAGS compile, LIBS link.  What a run
# finds new stays in BUILD/corpus for the next; an input that breaks
# something is named by the fuzzer, and lies in BUILD/found.
set -u
: "${BUILD:?}" "${FLAGS:?}" "${LIBS:?}" "${FUZZ_TIME:=600}" "${FUZZ:=}"

command -v clang >/dev/null || {
	echo 'fuzz: clang is missing: apt-get install clang'
	exit 1
}
status=0
mkdir -p "$BUILD/found"
for source in tests/fuzz/fuzz_${FUZZ:-*}.c; do
	[ -e "$source" ] || {
		echo "fuzz: there is no $source"
		exit 1
	}
	name=${source##*/fuzz_} name=${name%.c}
	mkdir -p "$BUILD/corpus/$name"
	# shellcheck disable=SC2086 # flags
	clang $FLAGS -DFUZZ_ALONE -O1 -g \
	    -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=undefined -pthread \
	    -o "$BUILD/fuzz_$name" "$source" tests/fuzz/fuzz.c \
	    "$BUILD/libreplygate.a" $LIBS || exit 1
	echo "fuzz $name: $FUZZ_TIME s"
	"$BUILD/fuzz_$name" -max_total_time="$FUZZ_TIME" -max_len=16384 \
	    -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
	    -artifact_prefix="$BUILD/found/$name-" \
	    "$BUILD/corpus/$name" "tests/fuzz/seeds/$name" \
	    >"$BUILD/$name.log" 2>&1 || {
		echo "fuzz $name: BROKEN"
		tail -40 "$BUILD/$name.log"
		status=1
	}
	sed -n 's/^stat::number_of_executed_units: */  executions /p' \
	    "$BUILD/$name.log"
	grep ' cov: ' "$BUILD/$name.log" | tail -n 1 |
	    sed 's/^#[0-9]*[^c]*/  /'
done
exit $status
