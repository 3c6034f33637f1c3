#!/bin/sh
# find.sh COMMAND-LINE: the processes that were called just so.
ps -A -o pid=,stat=,args= | while read -r pid state words; do
	case $state in Z*) continue;; esac
	[ "$words" != "$1" ] || echo "$pid"
done
