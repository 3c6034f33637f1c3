#!/bin/sh
# dist.sh BUILD: makes BUILD/replygate-VERSION.tar.gz of what is committed, the
# same bytes for the same commit, or, outside a repository, of the folder as it
# is.
set -eu
build=$1
version=$(sed -n 's/.*REPLYGATE_VERSION[^"]*"\(.*\)"/\1/p' src/front/version.h)
name=replygate-$version
mkdir -p "$build"
if git rev-parse --verify -q HEAD >/dev/null 2>&1 &&
    [ -z "$(git rev-parse --show-prefix)" ]; then
	git archive --format=tar --prefix="$name/" HEAD
else
	rm -rf "${build:?}/$name"
	find . -name .git -prune -o -path "./${build#./}" -prune -o \
	    -type f -print | while read -r file; do
		mkdir -p "$build/$name/${file%/*}"
		cp -p "$file" "$build/$name/$file"
	done
	tar -C "$build" -cf - "$name"
	rm -rf "${build:?}/$name"
fi | gzip -n >"$build/$name.tar.gz.new"
mv -f "$build/$name.tar.gz.new" "$build/$name.tar.gz"
echo "$build/$name.tar.gz"
