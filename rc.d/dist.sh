#!/bin/sh
# dist.sh BUILD: makes BUILD/replygate-VERSION.tar.gz of what is committed or,
# outside a repository, of the folder as it is.  The same source gives the same
# bytes.
set -eu
build=$1
version=$(sed -n 's/.*REPLYGATE_VERSION[^"]*"\(.*\)"/\1/p' src/front/version.h)
name=replygate-$version
mkdir -p "$build"
if git rev-parse --verify -q HEAD >/dev/null 2>&1 &&
    [ -z "$(git rev-parse --show-prefix)" ]; then
	git archive --format=tar --prefix="$name/" HEAD
else
	find . -name .git -prune -o -path "./${build#./}" -prune -o \
	    -type f -print | sort >"$build/files"
	tar --transform "s|^\\.|$name|" --owner=0 --group=0 \
	    --mtime=@0 -cf - -T "$build/files"
fi | gzip -n >"$build/$name.tar.gz.new"
mv -f "$build/$name.tar.gz.new" "$build/$name.tar.gz"
echo "$build/$name.tar.gz"
