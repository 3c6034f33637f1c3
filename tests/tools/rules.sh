#!/bin/sh
# rules.sh BUILD COMMAND: what differs from file to file.
#
# Writes BUILD/rules.mk: a rule for each object, the archive, each program
# and each test, and the lists PROGRAMS and TESTS.  Everything depends on
# BUILD/flags, which changes when COMMAND (compiler and flags) does.
#
# Every file is made under a name of its own and renamed when it is whole, so that two
# makes in one tree do not hand each other half a file.
set -eu

build=$1
command=$2
tab=$(printf '\t')	# here-documents lose those they begin with
mkdir -p "$build"

# Puts standard input into file $1, unless that is what it holds already.
replace() {
	cat >"$1.$$"
	if cmp -s "$1" "$1.$$"; then
		rm -f "$1.$$"
	else
		mv -f "$1.$$" "$1"
	fi
}

object_of() {
	printf '%s\n' "$build/object/${1%.c}.o"
}

objects_of() {
	for source in "$@"; do
		object_of "$source"
	done | tr '\n' ' '
}

compile_rule() {
	object=$(object_of "$1")
	cat <<-END
	$object: $1 $build/flags $build/have
	${tab}@mkdir -p ${object%/*}
	${tab}@echo compile $1
	${tab}\$(HUSH_\$(VERBOSE))\$(CC) \$(ALL_CFLAGS) \$(WERROR_\$(WERROR)) -Itests/unit \\
	${tab}    -MMD -MP -MT $object -MF $object.\$\$\$\$.d \\
	${tab}    -c $1 -o $object.\$\$\$\$ && \\
	${tab}    mv -f $object.\$\$\$\$.d $object.d && \\
	${tab}    mv -f $object.\$\$\$\$ $object
	-include $object.d

	END
}

# link_rule PROGRAM "OBJECTS" "LIBRARIES"
link_rule() {
	cat <<-END
	$1: $2 $build/libreplygate.a
	${tab}@mkdir -p ${1%/*}
	${tab}@echo link $1
	${tab}\$(HUSH_\$(VERBOSE))\$(CC) \$(ALL_LDFLAGS) -o $1.\$\$\$\$ $2 \\
	${tab}    $build/libreplygate.a $3 \$(LIBS) && mv -f $1.\$\$\$\$ $1

	END
}

archive_rule() {
	cat <<-END
	$build/libreplygate.a: $1
	${tab}@rm -f $build/libreplygate.\$\$\$\$.a
	${tab}\$(HUSH_\$(VERBOSE))\$(AR) rc $build/libreplygate.\$\$\$\$.a $1 && \\
	${tab}    mv -f $build/libreplygate.\$\$\$\$.a $build/libreplygate.a

	END
}

sources() {
	find "$@" 2>/dev/null | sort | tr '\n' ' '
}

all_rules() {
	library=$(sources src -mindepth 2 -name '*.c' -type f)
	mains=$(sources src -maxdepth 1 -name '*.c' -type f)
	units=$(sources tests/unit -name 'test_*.c' -type f)
	helpers=$(sources tests/unit tests/fuzz -name '*.c' ! -name 'test_*' \
	    -type f)
	scenario=$(sources tests/scenario -name '*.c' -type f)
	soak=$(sources tests/soak -name '*.c' -type f)
	bench='tests/bench/load.c tests/bench/noop.c'
	programs=''
	tests=''

	# shellcheck disable=SC2086,SC2016 # our own names; make's variables
	{
		for source in $library $mains $units $helpers $scenario \
		    $soak $bench; do
			compile_rule "$source"
		done
		archive_rule "$(objects_of $library)"
		for main in $mains; do
			name=${main##*/} name=$build/${name%.c}
			programs="$programs $name"
			link_rule "$name" "$(object_of "$main")" ''
		done
		for unit in $units; do
			name=${unit##*/} name=$build/unit/${name%.c}
			tests="$tests $name"
			link_rule "$name" "$(objects_of "$unit" $helpers)" \
			    '$(CHECK_LIBS)'
		done
		if [ -n "$scenario" ]; then
			tests="$tests $build/scenario"
			link_rule "$build/scenario" \
			    "$(objects_of $scenario)" ''
		fi
		if [ -n "$soak" ]; then
			tests="$tests $build/soak"
			link_rule "$build/soak" "$(objects_of $soak)" ''
		fi
		tests="$tests $build/bench/load $build/bench/noop"
		link_rule "$build/bench/load" "$(objects_of \
		    tests/bench/load.c tests/soak/wire.c)" ''
		link_rule "$build/bench/noop" \
		    "$(object_of tests/bench/noop.c)" ''
	}
	printf 'PROGRAMS =%s\nTESTS =%s\n' "$programs" "$tests"
}

printf '%s\n' "$command" | replace "$build/flags"
all_rules | replace "$build/rules.mk"
