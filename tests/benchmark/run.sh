#!/usr/bin/env bash
# Measures cifra side by side with what people would use instead and writes RESULTS.md (tests/benchmark/README.md).
#   tests/benchmark/run.sh [--rounds N] [--out FILE] [--remark TEXT] [ROWS...]
# ROWS: sizes of the file, default 1000000 10000000; from 50 million on (100000000) only T2 of cifra, streamed once.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/alternate.sh"
source "$here/commands.sh"
out=$here/RESULTS.md
sizes=() streamed=()
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=$2; shift 2 ;;
        --out) out=$(realpath "$2"); shift 2 ;;
        --remark) remark=$2; shift 2 ;;
        *[!0-9]*) sed -n '2,4s/^# //p' "$0" >&2; exit 2 ;;
        *) if [ "$1" -ge 50000000 ]; then streamed+=("$1"); else sizes+=("$1"); fi; shift ;;
    esac
done
[ ${#sizes[@]} -gt 0 ] || sizes=(1000000 10000000)
first=${sizes[0]} last=${sizes[-1]}
most_in_r=2000000    # R holds some 2 KiB a row

# Whole processes from CSV: T1 and T2 at every size.
from_csv() {
    local rows=$1 task words
    for task in t1 t2; do
        words=(cifra "$(estimate "$rows" $task)" DuckDB "$(duckdb "$rows" $task)")
        [ $task = t1 ] || words+=("fast-cpp-csv-parser, reading alone" "benchmark_fccp $rows/persons.csv")
        [ "$rows" -gt $most_in_r ] ||
            words+=("R survey" "$(survey "$rows" $task)" "data.table by hand" "$(datatable "$rows" $task)")
        alternate "$task" "$rows" "${words[@]}"
    done
}

stop_servers() {
    servers=()
    "$here/../warehouse/servers.sh" stop servers
    rm -rf servers
}

# The same from what each keeps of the file: the columnar file of cifra, two arrangements of ClickHouse.
loaded() {
    local rows=$1
    cifra convert "$rows/persons.csv" >/dev/null
    "$here/../warehouse/servers.sh" start servers
    trap stop_servers EXIT
    servers=("$(cat servers/s1/pid)" "$(cat servers/s2/pid)")
    peers/clickhouse.sh load servers "$rows"
    alternate t2-loaded "$rows" cifra "$(estimate "$rows" t2)" \
        "ClickHouse, one server" "peers/clickhouse.sh query servers whole" \
        "ClickHouse, two shards" "peers/clickhouse.sh query servers shards"
    peers/clickhouse.sh query servers shards >results/clickhouse.csv
    Rscript "$here/compare.R" results/t2/estimates.csv results/clickhouse.csv | tee -a differences.csv
    stop_servers
    trap - EXIT
    rm "$rows/persons.csv.cifra"
}

# The 17 columns of T2 and nothing more.
reading() {
    alternate reading "$first" cifra "$(read_only "$first" t2)" fast-cpp-csv-parser "benchmark_fccp $first/persons.csv"
}

# Computation: a task less a process that only reads its columns and declares the design.
computation() {
    local task
    for task in t3 t6 t7 t8; do
        alternate "$task" "$first" cifra "$(estimate "$first" $task)" "cifra, reading" "$(read_only "$first" $task)" \
            "R survey" "$(survey "$first" $task)" "R survey, reading" "$(survey "$first" read-$task)"
    done
}

# One round of R, which takes minutes.
replicates() {
    local small=${growing[0]}
    first_round=1 rounds=1 alternate t5 "$small" cifra "$(estimate "$small" t5_one)" \
        "cifra, reading" "$(read_only "$small" t5_one)" \
        "R survey" "$(survey "$small" t5)" "R survey, reading" "$(survey "$small" read-t5)"
    alternate t5 "$first" cifra "$(estimate "$first" t5)" "cifra, reading" "$(read_only "$first" t5)" \
        "data.table by hand" "$(datatable "$first" t5)" "data.table by hand, reading" "$(datatable "$first" read-t5)"
}

growth() {
    local rows words=()
    for rows in "${growing[@]}"; do words+=("$rows" "$(estimate "$rows" t2 --threads 1)"); done
    alternate growth - "${words[@]}"
    alternate threads "$last" "one thread" "$(estimate "$last" t2 --threads 1)" \
        "two threads" "$(estimate "$last" t2 --threads 2)"
    alternate domains "$first" "64 domains" "$(estimate "$first" t2)" \
        "6,400 domains of districts" "$(estimate "$first" t2_districts)" \
        "7,680 domains of persons' attributes" "$(estimate "$first" t2_people)" \
        "DuckDB, 6,400 domains of districts" "$(duckdb "$first" t2_districts)"
}

# One reading of a file that is made for it and removed.
stream() {
    trap "rm -rf '$1'" EXIT
    make_data "$1"
    first_round=1 rounds=1 alternate streamed "$1" cifra "$(estimate "$1" t2)"
    rm -rf "$1"
    trap - EXIT
}

prepare
growing=($((first / 10 < 5000 ? 5000 : first / 10)) "${sizes[@]}")
for rows in "${growing[@]}"; do make_data "$rows"; done
check_answers
begin_measurements
for rows in "${sizes[@]}"; do from_csv "$rows"; done
reading
computation
replicates
growth
loaded "$last"
for rows in "${streamed[@]}"; do stream "$rows"; done
write_facts "${remark:-}" >facts.tsv
Rscript "$here/report.R" "$here/goals.csv" >results/RESULTS.md
mv results/RESULTS.md "$out"
echo "written: $out"
