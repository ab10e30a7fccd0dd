#!/usr/bin/env bash
# instructions.sh CIFRA BENCHMARK_DATA CONFIG SANITIZED COMPILER: counts the instructions of T2 over 100,000 rows on one
# thread under callgrind and compares them with instructions.txt. Exit 77 where the number means nothing.
set -euo pipefail
cifra=$(realpath "$1") data=$(realpath "$2") config=$3 sanitized=$4 compiler=$5
here=$(cd "$(dirname "$0")" && pwd)

skip() { echo "skipped: $1"; exit 77; }
read -r wanted margin built_with <<<"$(grep -v '^#' "$here/instructions.txt")"
[ "$config" = Release ] || skip "the number is that of a Release build, this is $config"
case ${sanitized^^} in ON | 1 | TRUE | YES) skip "the build is sanitized" ;; esac
[ "${compiler%%.*}" = "$built_with" ] || skip "the number is that of $built_with, this is $compiler"
command -v valgrind >/dev/null || skip "valgrind is not installed (package valgrind)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$data" 100000 >persons.csv
valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-file=log "$cifra" estimate --data . --threads 1 \
    --design "$here/tasks/design.yaml" --tables "$here/tasks/t2.yaml" --out out >/dev/null
[ "$(wc -l <out/estimates.csv)" = 769 ] || { echo "T2 did not give 768 estimates"; exit 1; }
counted=$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' log)
[ -n "$counted" ] || { cat log; exit 1; }

limit=$((wanted + wanted * margin / 100))
echo "T2, 100,000 rows, one thread: $counted instructions; committed $wanted, limit $limit (+$margin %)"
[ "$counted" -gt "$limit" ] || [ "$counted" -lt $((wanted - wanted * margin / 100)) ] || exit 0
echo "To commit the new number: write $counted in the place of $wanted in tests/benchmark/instructions.txt"
[ "$counted" -le "$limit" ] || { echo "Too many: something became slower."; exit 1; }
echo "Fewer than committed: lower the number, so that it guards what was won."
