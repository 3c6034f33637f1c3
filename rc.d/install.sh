#!/bin/sh
# install.sh install | uninstall: what `make install` and `make uninstall` do.
#
# The Makefile says where things go: PREFIX, SYSCONFDIR, MANDIR, STATEDIR,
# RUNDIR, all below DESTDIR, and what starts replygate, RC.  Manuals, the
# sample configuration and start scripts are written with the paths they have
# by default; those are changed as they are installed.
set -eu
umask 022
: "${BUILD:?}" "${PREFIX:?}" "${SYSCONFDIR:?}" "${MANDIR:?}"
: "${STATEDIR:?}" "${RUNDIR:?}"
DESTDIR=${DESTDIR-}
RC=${RC-}
SHARE=$PREFIX/share/replygate
ETC=$SYSCONFDIR/replygate
TAB=$(printf '\t')

place() {
	sed -e "s|/usr/local/\\(s*bin\\)/replygate|$PREFIX/\\1/replygate|g" \
	    -e "s|/usr/local/share/replygate|$SHARE|g" \
	    -e "s|/etc/replygate|$ETC|g" \
	    -e "s|/var/lib/replygate|$STATEDIR/replygate|g" \
	    -e "s|/run/replygate/|$RUNDIR/replygate/|g" \
	    -e "s|\\([ \"=:]\\)/run/replygate|\\1$RUNDIR/replygate|g"
}

# What is installed, a line a file: mode, source and destination, with tabs
# between them, for a path may have a space; "=" behind a mode for what is
# copied as it is.
one() {
	printf '%s\t%s\t%s\n' "$1" "$2" "$3"
}

files() {
	one 755= "$BUILD/replygate" "$PREFIX/sbin/replygate"
	one 755= "$BUILD/replygatectl" "$PREFIX/bin/replygatectl"
	one 644= "$BUILD/completion" \
	    "$PREFIX/share/bash-completion/completions/replygatectl"
	one 644= conf/out-of-office "$SHARE/out-of-office"
	for notice in conf/notices/*; do
		one 644= "$notice" "$SHARE/notices/${notice##*/}"
	done
	for page in src/*.[58]; do
		one 644 "$page" "$MANDIR/man${page##*.}/${page##*/}"
	done
	one 644 conf/replygate.conf "$ETC/replygate.conf.sample"
	one 644 conf/users "$ETC/users.sample"
	rc_files
}

rc_files() {
	case $RC in
	'') ;;
	systemd)
		one 644 rc.d/systemd/replygate.service \
		    "$PREFIX/lib/systemd/system/replygate.service"
		for kind in sysusers tmpfiles; do
			one 644 "rc.d/systemd/replygate.$kind" \
			    "$PREFIX/lib/$kind.d/replygate.conf"
		done;;
	openrc)
		one 755 rc.d/openrc/replygate /etc/init.d/replygate
		one 644 rc.d/openrc/replygate.confd /etc/conf.d/replygate;;
	freebsd)
		one 555 rc.d/freebsd/replygate "$PREFIX/etc/rc.d/replygate";;
	openbsd|netbsd)
		one 555 "rc.d/$RC/replygate" /etc/rc.d/replygate;;
	*)
		echo "RC=$RC: expected systemd, openrc, freebsd, openbsd or" \
		    "netbsd" >&2
		exit 64;;
	esac
}

# A new file takes the old one's place whole, also while that is running.
install_file() {
	mode=$1 source=$2 to=$DESTDIR$3
	echo "install $3"
	mkdir -p "${to%/*}"
	case $mode in
	*=) cp "$source" "$to.new";;
	*) place <"$source" >"$to.new";;
	esac
	chmod "${mode%=}" "$to.new"
	mv -f "$to.new" "$to"
}

install_all() {
	"$BUILD/replygatectl" completion >"$BUILD/completion"
	list=$(files)
	echo "$list" | while IFS=$TAB read -r mode source to; do
		install_file "$mode" "$source" "$to"
	done
	cd "$DESTDIR$ETC"
	if [ ! -e replygate.conf ]; then
		cp replygate.conf.sample replygate.conf
	fi
}

# Goes on: whoever keeps something in a directory of ours keeps it.
remove_directories() {
	rmdir "$DESTDIR$SHARE/notices" "$DESTDIR$SHARE" "$DESTDIR$ETC" \
	    2>/dev/null || :
}

uninstall_all() {
	conf=$DESTDIR$ETC/replygate.conf
	if cmp -s "$conf" "$conf.sample"; then
		rm -f "$conf"
	fi
	list=$(files)
	echo "$list" | while IFS=$TAB read -r mode source to; do
		rm -f "$DESTDIR$to"
	done
	remove_directories
	for left in "$conf" "$DESTDIR$ETC/key" "$DESTDIR$STATEDIR/replygate"; do
		[ ! -e "$left" ] || echo "left where it is: $left"
	done
}

case ${1-} in
install) install_all;;
uninstall) uninstall_all;;
*)
	echo "usage: install.sh install | uninstall" >&2
	exit 64;;
esac
