#!/bin/sh
# run.sh: a private mail system with replygate, to try it.  Postfix and Sendmail
# alike have to be started by root: without it and without sudo there is nothing
# to show.
set -eu
here=$(dirname "$0")
if [ "$(id -u)" -eq 0 ]; then
	exec python3 -B "$here/run.py" --build "${BUILD:-build}" \
	    --mta "${MTA:-postfix}"
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	exec sudo -n python3 -B "$here/run.py" --build "${BUILD:-build}" \
	    --mta "${MTA:-postfix}"
fi
echo "make run: the mail system must be started by root:" \
    "try 'sudo make run'" >&2
exit 1
