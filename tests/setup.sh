#!/bin/sh
# setup.sh [-n] LEVEL: makes sure that what a level of work needs is there.
#
#	build	compiler and libraries
#	run	build, and a mail system to try it on
#	unit	build, and what unit tests need
#	check	unit and run
#	lint	build, and the checkers of the source
#	deb	build, and what makes a package for Debian
#
# Installs what is missing and only that: on Debian by apt-get, on FreeBSD by
# pkg, as root or by sudo without a password.  Nothing that is installed is
# started or enabled.  Anywhere else, without those rights, or with -n, it
# says what is missing and how to install it, and fails.
#
# A need is judged by what it gives, not by the name of its package, so
# that other systems and hand-made installations will do.
set -u
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin
export PATH

# level, kind and name of what is needed, package on Debian, on FreeBSD
# ("-": part of the base system)
needs() {
	cat <<-'END'
	build program make make -
	build program cc gcc -
	build program pkg-config pkg-config pkgconf
	build header stdio.h libc6-dev -
	build header libmilter/mfapi.h libmilter-dev libmilter
	build header db.h libdb5.3-dev db5
	build package libconfig libconfig-dev libconfig
	build package libmicrohttpd libmicrohttpd-dev libmicrohttpd
	build package jansson libjansson-dev jansson
	build package libcurl libcurl4-openssl-dev curl
	build package gmime-3.0 libgmime-3.0-dev gmime30
	build package libsodium libsodium-dev libsodium
	build package libpsl libpsl-dev libpsl
	unit package check check check
	run program python3 python3 python3
	run program ps procps -
	run program postfix postfix postfix-sasl
	run program saslpasswd2 sasl2-bin cyrus-sasl
	run sasl plain libsasl2-modules cyrus-sasl
	run program swaks swaks swaks
	run program m4 m4 -
	check program faketime faketime libfaketime
	check program bmake bmake bmake
	lint program gcc gcc gcc
	lint program clang clang -
	lint program clang-tidy clang-tidy llvm
	lint program cppcheck cppcheck cppcheck
	lint program musl-gcc musl-tools -
	lint program mandoc mandoc -
	lint program shellcheck shellcheck hs-ShellCheck
	deb package check check -
	deb debian build-essential build-essential -
	deb program dh debhelper -
	deb program dpkg-buildpackage dpkg-dev -
	deb program lintian lintian -
	END
}

levels_of() {
	case $1 in
	build|run|unit|lint|deb)
		printf ' build %s ' "$1";;
	check)
		printf ' build run unit check ';;
	*)
		echo "setup.sh: no level $1; build, run, unit, check, lint or deb" \
		    >&2
		exit 64;;
	esac
}

have_header() {
	compiler=${CC:-cc}
	command -v "${compiler%% *}" >/dev/null 2>&1 || return 1
	printf '#include <stddef.h>\n#include <sys/types.h>\n#include <%s>\n' \
	    "$1" | $compiler -isystem /usr/local/include/db5 \
	    -isystem /usr/local/include -E - >/dev/null 2>&1
}

have() {
	case $1 in
	program)
		name=$2
		[ "$name" = cc ] && name=${CC:-cc} && name=${name%% *}
		command -v "$name" >/dev/null 2>&1;;
	package)
		pkg-config --exists "$2" >/dev/null 2>&1;;
	header)
		have_header "$2";;
	debian)
		# one that gives nothing itself, but is asked for by its name
		dpkg-query -W -f '${db:Status-Status}\n' "$2" 2>/dev/null |
		    grep -qx installed;;
	sasl)
		find /usr/lib /usr/local/lib -path '*sasl2*' \
		    -name "lib$2.so*" 2>/dev/null | grep -q .;;
	esac
}

# The packages that are missing on this system, each once.
missing() {
	needs | while read -r level kind name debian freebsd; do
		case $wanted in *" $level "*) ;; *) continue;; esac
		have "$kind" "$name" </dev/null && continue
		case $system in
		freebsd) echo "$freebsd";;
		debian) echo "$debian";;
		*) echo "$name";;
		esac
	done | sort -u | grep -v '^-$' | tr '\n' ' '
}

find_system() {
	if command -v apt-get >/dev/null 2>&1; then
		echo debian
	elif [ "$(uname -s)" = FreeBSD ]; then
		echo freebsd
	else
		echo other
	fi
}

# Runs as root: directly, or by sudo when that asks for no password.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

may_be_root() {
	[ "$(id -u)" -eq 0 ] || {
		command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null
	}
}

say_what_is_missing() {
	echo "replygate needs, and this machine has not: $packages" >&2
	case $system in
	debian) echo "Install with: sudo apt-get install" \
	    "--no-install-recommends $packages" >&2;;
	freebsd) echo "Install with: sudo pkg install $packages" >&2;;
	*) echo "Install them with your system's packages." >&2;;
	esac
}

# One installation at a time: dpkg's own lock makes a second one wait, but
# neither apt's lock on its lists nor the policy file can be shared.
install_on_debian() {
	as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
	    flock /run/lock/replygate-setup.lock sh "$0" --apt "$@"
}

# As root.  policy-rc.d keeps what is installed from being started; the
# services that come with the packages are disabled again.
apt() {
	policy=/usr/sbin/policy-rc.d
	ours=false
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy
		ours=true
		trap 'rm -f /usr/sbin/policy-rc.d' EXIT
		trap 'exit 1' HUP INT TERM
	fi
	case " $* " in *' postfix '*)
		echo 'postfix postfix/main_mailer_type select No configuration' |
		    debconf-set-selections 2>/dev/null;;
	esac
	apt_get() {
		apt-get -q -o DPkg::Lock::Timeout=300 "$@" </dev/null
	}
	# The lists may be missing or stale, or somebody else may be at them.
	status=1
	for attempt in 1 2 3 4 5; do
		apt_get install -y --no-install-recommends "$@" && {
			status=0
			break
		}
		[ $attempt -eq 1 ] || sleep 5
		apt_get update
	done
	for service in postfix saslauthd; do
		case " $* " in
		*" $service "*|*' sasl2-bin '*)
			disable "$service";;
		esac
	done
	$ours && rm -f $policy
	return $status
}

disable() {
	deb-systemd-helper disable "$1.service" >/dev/null 2>&1
	update-rc.d "$1" disable >/dev/null 2>&1
	return 0
}

install_packages() {
	# shellcheck disable=SC2086 # a list of names
	case $system in
	debian) install_on_debian $packages;;
	freebsd) as_root env ASSUME_ALWAYS_YES=yes pkg install $packages;;
	*) false;;
	esac
}

if [ "${1-}" = --apt ]; then
	shift
	apt "$@"
	exit
fi
only_look=false
if [ "${1-}" = -n ]; then
	only_look=true
	shift
fi
wanted=$(levels_of "${1-build}") || exit
system=$(find_system)
packages=$(missing)
[ -n "$packages" ] || exit 0
if $only_look || [ "$system" = other ] || ! may_be_root; then
	say_what_is_missing
	exit 1
fi
echo "Installing: $packages"
if ! install_packages; then
	echo 'setup.sh: the installation failed' >&2
	say_what_is_missing
	exit 1
fi
packages=$(missing)
[ -z "$packages" ] || {
	echo "setup.sh: installed, but still not found: $packages" >&2
	exit 1
}
