#!/bin/sh
# run.sh: a private Postfix with replygate, to try it.  Postfix's master has to be
# started by root: without it and without sudo there is nothing to show.
set -eu
here=$(dirname "$0")
if [ "$(id -u)" -eq 0 ]; then
	exec python3 -B "$here/run.py" --build "${BUILD:-build}"
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	exec sudo -n python3 -B "$here/run.py" --build "${BUILD:-build}"
fi
echo "make run: Postfix's master must be started by root:" \
    "try 'sudo make run'" >&2
exit 1
