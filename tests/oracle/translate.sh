#!/usr/bin/env bash
# Makes oracle/translate anew: prints the code with the program given, and runs that of R.
#   tests/oracle/translate.sh build/release/cifra [folder of the ENVIPE 2021 microdata]
# Needs R with survey.
set -euo pipefail
program=$(realpath "$1")
data=${2:+$(realpath "$2")}
cd "$(dirname "$0")/../.."
home=$PWD/tests/oracle/translate
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp -r examples/quickstart "$work/survey"
rm -rf "$work/survey/out"
sed -i 's/, chain: {persons: persons}//' "$work/survey/design.yaml"
(
    cd "$work"
    "$program" run survey/study.yaml >/dev/null
    for table in persons by_crime households reporting safety population; do
        "$program" translate survey/study.yaml --table "$table" --to r >"$home/quickstart_$table.R"
    done
    for table in persons reporting; do
        "$program" translate survey/study.yaml --table "$table" --to stata >"$home/quickstart_$table.do"
        "$program" translate survey/study.yaml --table "$table" --to sas >"$home/quickstart_$table.sas"
    done
)
Rscript tests/oracle/translate.R "$work" quickstart
[ -n "$data" ] || exit 0
ln -s "$data" "$work/data"
study=$PWD/examples/envipe-2021/study.yaml
for table in shares by_type; do
    (cd "$work" && "$program" translate "$study" --data data --table "$table" --to r >"$home/envipe_$table.R")
done
Rscript tests/oracle/translate.R "$work" envipe
