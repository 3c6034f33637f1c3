#!/bin/sh
# sendmail.sh HOME HOST COMMAND...: runs a program of Sendmail's in namespaces
# of its own: mounts, the host's name, and processes, which all end with this
# one.
#
# Sendmail asks the system for its name before it reads its configuration, and
# sleeps for a minute when that name has no dot and no address; it looks for
# SASL's configuration in the system's directories alone; and it logs to
# /dev/log.  None of this can be configured, so it is given what it looks for
# there: HOME/hosts, HOME/sasl and HOME/dev, where somebody listens at `log`.
set -eu
home=$1 host=$2
shift 2
# shellcheck disable=SC2016 # the inner shell expands them
exec unshare --uts --mount --pid --fork --kill-child --propagation private \
    sh -c '
	set -eu
	home=$1
	hostname "$2"
	shift 2
	mount --bind "$home/hosts" /etc/hosts
	mount --bind "$home/sasl" /usr/lib/sasl2
	for name in null zero random urandom; do
		mount --bind "/dev/$name" "$home/dev/$name"
	done
	mount --rbind "$home/dev" /dev
	exec "$@"' sh "$home" "$host" "$@"
