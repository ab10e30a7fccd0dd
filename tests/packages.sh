#!/usr/bin/env bash
# Installs the Debian packages of packages.txt, and those named as arguments, that are not there yet.
set -euo pipefail
packages=$(grep -v '^#' "$(dirname "$0")/packages.txt")
missing=()
for package in $packages "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
echo "installing: ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" \
    -o Dpkg::Use-Pty=0 >/dev/null
