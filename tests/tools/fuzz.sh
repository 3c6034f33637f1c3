#!/bin/sh
# fuzz.sh: runs each target of tests/fuzz for FUZZ_TIME seconds.
#
# BUILD/libreplygate.a is instrumented; FLAGS compile, LIBS link.  What a run
# finds new stays in BUILD/corpus for the next; an input that breaks
# something is named by the fuzzer, and lies in BUILD/found.
set -u
: "${BUILD:?}" "${FLAGS:?}" "${LIBS:?}" "${FUZZ_TIME:=600}"

command -v clang >/dev/null || {
	echo 'fuzz: clang is missing: apt-get install clang'
	exit 1
}
status=0
mkdir -p "$BUILD/found"
for source in tests/fuzz/fuzz_*.c; do
	name=${source##*/fuzz_} name=${name%.c}
	mkdir -p "$BUILD/corpus/$name"
	# shellcheck disable=SC2086 # flags
	clang $FLAGS -O1 -g -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=undefined -pthread \
	    -o "$BUILD/fuzz_$name" "$source" "$BUILD/libreplygate.a" $LIBS ||
	    exit 1
	echo "fuzz $name: $FUZZ_TIME s"
	"$BUILD/fuzz_$name" -max_total_time="$FUZZ_TIME" -max_len=16384 \
	    -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
	    -artifact_prefix="$BUILD/found/$name-" \
	    "$BUILD/corpus/$name" "tests/fuzz/seeds/$name" \
	    >"$BUILD/$name.log" 2>&1 || {
		echo "fuzz $name: BROKEN"
		tail -40 "$BUILD/$name.log"
		status=1
	}
done
exit $status
