#!/bin/sh
# sendmail.sh DIR: unpacks Sendmail into DIR, for the tests to run it.
#
# Debian's packages of Sendmail and Postfix exclude each other, so Sendmail is
# not installed: its packages are fetched and unpacked, which needs no root,
# together with the libraries it wants and this system lacks.  What is there
# is left alone.  Says on standard error why it cannot be had, and fails.
set -u
export LC_ALL=C
PATIENCE=120	# seconds to fetch in

dir=${1:?usage: sendmail.sh DIR}
program=usr/libexec/sendmail/sendmail

fail() {
	echo "sendmail.sh: $*" >&2
	exit 1
}

fetch() {
	# shellcheck disable=SC2086 # options
	timeout $PATIENCE apt-get -q $lists -o APT::Sandbox::User= \
	    download "$@" >"$work/said" 2>&1
}

# With lists of our own, which need no rights, where the system's will not do.
fetch_lists() {
	lists="-o Dir::State=$work/state -o Dir::Cache=$work/cache"
	lists="$lists -o APT::Sandbox::User="
	mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial"
	# shellcheck disable=SC2086 # options
	timeout $PATIENCE apt-get -q $lists update >"$work/said" 2>&1
}

is_installed() {
	dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null |
	    grep -q '^installed$'
}

# The libraries that a package file depends on.
libraries_of() {
	dpkg-deb -f "$1" Depends | tr ',' '\n' |
	    sed 's/|.*//; s/([^)]*)//; s/ //g; s/:.*//' | grep '^lib'
}

# Fetches what the packages here want, and what that wants.
fetch_libraries() {
	while :; do
		for package in *.deb; do
			libraries_of "$package"
		done | sort -u >"$work/wanted"
		missing=
		while read -r name; do
			is_installed "$name" || ls "$name"_*.deb \
			    >/dev/null 2>&1 || missing="$missing $name"
		done <"$work/wanted"
		[ -n "$missing" ] || return 0
		# shellcheck disable=SC2086 # a list of names
		fetch $missing || return 1
	done
}

[ ! -x "$dir/$program" ] || exit 0
for tool in apt-get dpkg-deb dpkg-query timeout; do
	command -v $tool >/dev/null 2>&1 ||
	    fail "no $tool here: Sendmail is fetched on Debian alone"
done
mkdir -p "$(dirname "$dir")" || exit 1
dir=$(cd "$(dirname "$dir")" && pwd)/$(basename "$dir")
work=$(mktemp -d "$dir.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$work/packages" "$work/root"
cd "$work/packages" || exit 1
lists=
fetch sendmail-bin sendmail-cf || {
	fetch_lists && fetch sendmail-bin sendmail-cf
} || fail "cannot be fetched: $(tail -n 1 "$work/said")"
fetch_libraries || fail "its libraries cannot be fetched:" \
    "$(tail -n 1 "$work/said")"
for package in *.deb; do
	dpkg-deb -x "$package" "$work/root" || exit 1
done
# The loader does not search our directories for a setgid program.
find "$work/root" -type f -perm /6000 -exec chmod ug-s {} +
[ -x "$work/root/$program" ] || fail "no $program in Debian's packages"
# Whoever else unpacked it meanwhile has the same.
mv -T "$work/root" "$dir" 2>/dev/null || [ -x "$dir/$program" ]
