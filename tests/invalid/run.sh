#!/usr/bin/env bash
# run.sh BINARY FAULT.expect: a verb gets a folder with one fault and must refuse it well: exit 2, one error with file,
# line, column, code and remedy, and the results of an earlier run whole; or exit 1 and one line of what the numbers
# refuse. The format stands in tests/README.md.
set -euo pipefail
PATH="$(dirname "$(realpath "$1")"):$PATH"
export PATH LC_ALL=C.UTF-8
expect=$(realpath "$2")
fault=$(basename "$expect" .expect)
cd "$(dirname "$expect")"
field() { sed -n "s/^$1: *//p" "$expect"; }
source=$(find . -maxdepth 1 -name "$fault.*" ! -name '*.expect' -printf '%f\n')
name=$(field as)
name=${name:-$source}
with=$(field with)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/files"
[ -z "$with" ] || cp -r "$with/." "$work/files"
mkdir -p "$work/files/out" "$(dirname "$work/files/$name")"
cp "$source" "$work/files/$name"
cd "$work/files"
for result in sample.csv weights.csv estimates.csv tables.html manifest.json; do
    [ -e "out/$result" ] || echo "an earlier $result" >"out/$result"
done
cp -r out ../out_before

status=0
bash -c "$(field run)" >../printed 2>&1 </dev/null || status=$?

complain() {
    printf '%s\n' "$1" "--- printed (exit $status):" "$(cat ../printed)"
    exit 1
}
place=$(field named)
place=${place:-$name}
[ "$(field at)" = file ] || place+=:$(field at)
wanted=$(field exit)
[ "$status" = "${wanted:-2}" ] || complain "exit $status, wanted ${wanted:-2}"
diff -r ../out_before out || complain "the earlier results did not stay whole"
if [ "$status" = 1 ]; then
    [[ $(cat ../printed) == "refused: $place: "*"[$(field code)]"*"$(field says)"* ]] ||
        complain "wanted 'refused: $place: ... [$(field code)] ... $(field says)'"
    exit 0
fi
[ "$(grep -cE ': error: ' ../printed)" = 1 ] || complain "wanted one error"
line=$(grep -F ': error: ' ../printed)
[[ $line == "$place: error: "?*" [$(field code)]" ]] || complain "wanted '$place: error: ... [$(field code)]'"
grep -A1 -F ': error: ' ../printed | grep -qE '^    [^ ]' || complain "no remedy under the error"
