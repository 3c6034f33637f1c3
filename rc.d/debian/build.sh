#!/bin/sh
# build.sh BUILD: makes BUILD/deb/replygate_VERSION_ARCH.deb and its source
# package from the tarball of rc.d/dist.sh.
#
# Debian's tools want a folder debian/ at the top; this one is laid there in a
# scratch copy.  DEB_BUILD_OPTIONS=nocheck leaves the unit tests out.
set -eu
build=$1
tarball=$(sh rc.d/dist.sh "$build")
name=${tarball##*/} name=${name%.tar.gz}
scratch=$build/deb
rm -rf "$scratch"
mkdir -p "$scratch"
cp "$tarball" "$scratch/replygate_${name#replygate-}.orig.tar.gz"
tar -xzf "$tarball" -C "$scratch"
cp -R "$scratch/$name/rc.d/debian" "$scratch/$name/debian"
rm -f "$scratch/$name/debian/build.sh"
(cd "$scratch/$name" && dpkg-buildpackage -us -uc)
rm -rf "${scratch:?}/$name"
if command -v lintian >/dev/null 2>&1; then
	lintian --allow-root --fail-on error,warning "$scratch"/*.changes
fi
ls "$scratch"/*.deb
