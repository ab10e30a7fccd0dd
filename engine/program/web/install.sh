#!/usr/bin/env bash
# Installs the packages of package.json into a folder, by default engine/program/web/node_modules, and bundles the charts
# of the report into build/web/charts.js. Arguments:
#   engine/program/web/install.sh [FOLDER]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here}
mkdir -p "$folder"
[ "$folder" -ef "$here" ] || cp "$here"/package.json "$here"/*.mjs "$folder"/
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --no-package-lock
node bundle.mjs "$here/../../../build/web/charts.js"
