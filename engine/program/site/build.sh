#!/usr/bin/env bash
# Builds the manual as a site in build/site, on Debian 12, as root or with sudo; open build/site/index.html.
set -euo pipefail
cd "$(dirname "$0")/../../.."
tests/packages.sh mkdocs libjs-jquery
here=engine/program/site
/usr/bin/python3 $here/collect.py . build/site_pages

# Two scripts that Debian's package of the theme names and does not hold.
mkdir -p build/site_pages/js
cp /usr/share/javascript/jquery/jquery.min.js build/site_pages/js/jquery-3.6.0.min.js
cp $here/theme_extra.js build/site_pages/js/

mkdocs build --quiet --strict --clean -f $here/mkdocs.yml
# A folder is a page on a server only; a page that is opened from a disk needs its file.
find build/site -name '*.html' -exec sed -i -E \
    -e 's#href="((\.\./)*\.\.)"#href="\1/index.html"#g' -e 's#href="\./?\.?"#href="index.html"#g' {} +
/usr/bin/python3 $here/check_links.py build/site
