#!/usr/bin/env bash
# Installs the packages of package.json into a folder, by default build/web, and bundles there the charts of the report
# (charts.js) and the form in a browser (preview.js). Arguments:
#   engine/program/web/install.sh [FOLDER]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../../../build/web}
mkdir -p "$folder"
[ "$folder" -ef "$here" ] || cp "$here"/package.json "$here"/*.mjs "$folder"/
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --no-package-lock
node bundle.mjs .
