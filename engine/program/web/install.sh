#!/usr/bin/env bash
# Installs the packages of package.json into a folder, by default build/web, with the Node that they need (Debian's npm
# suffices to fetch them), and bundles there the charts of the report (charts.js) and the form in a browser (preview.js).
# Beside them comes pyxform, as the Community Health Toolkit packs it. Arguments:
#   engine/program/web/install.sh [FOLDER]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../../../build/web}
mkdir -p "$folder"
[ "$folder" -ef "$here" ] || cp "$here"/package.json "$here"/*.mjs "$folder"/
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --no-package-lock --fetch-retries=1 --fetch-retry-mintimeout=2000
mkdir -p bin
ln -sf "$PWD"/node_modules/node-linux-*/bin/node bin/node
bin/node bundle.mjs .

# One file of the package: the programs that it stands on are not wanted.
toolkit=$(npm pack --silent cht-conf@6.6.1)
tar -xzf "$toolkit" --strip-components=2 package/bin/xls2xform-medic
rm "$toolkit"
