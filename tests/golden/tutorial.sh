#!/usr/bin/env bash
# tutorial.sh BINARY PAGE.md: carries out the blocks of a page as a golden file. A block `yaml` that begins with
# `# NAME` is a file; in a block `console` the lines behind `$ ` are commands, the others what both streams print, as a
# terminal shows them. Every exit code is 0; `cd` holds for what follows.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$1" "$work/cifra"  # away from its build: scripts for pages that were installed there are no part of the tutorial
awk '
function close_block() {
    if (asked) print "end test"
    if (named) print "end file"
    asked = named = 0
}
/^```/ { close_block(); block = block == "" ? substr($0, 4) : ""; first = 1; next }
block == "yaml" && first && /^# [a-z_]+\.yaml$/ { named = 1; print "file " folder $2 }
block == "yaml" && named { print }
block == "console" && /^\$ / {
    close_block()
    command = substr($0, 3)
    print "test cd ./" folder " && { " command "; } 2>&1"
    asked = 1
    if (command ~ /^cd /) folder = folder substr(command, 4) "/"
    next
}
block == "console" { print }
{ first = 0 }' "$2" >"$work/page.test"
env -u CIFRA_WEB stdbuf -oL "$(dirname "$0")/run.sh" "$work/cifra" "$work/page.test"
