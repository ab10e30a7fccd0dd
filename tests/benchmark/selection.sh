#!/usr/bin/env bash
# tests/benchmark/selection.sh [BUILD_FOLDER]: CPU seconds and peak memory (MiB) of whole processes, a frame of a million
# units by cifra, and cifra beside R `sampling` at sizes that R finishes. A method that R gives up is printed as such.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=${1:-$here/../../build/release}/tests/benchmark/benchmark_selection

# run COMMAND...: "CPU peak", or "failed".
run() {
    local figures
    figures=$(/usr/bin/time -f '%U %S %M' timeout 600 "$@" 2>&1 >/dev/null | tail -n 1) || true
    if [[ $figures =~ ^[0-9.]+\ [0-9.]+\ [0-9]+$ ]]; then
        awk '{printf "%.2f | %.0f", $1 + $2, $3 / 1024}' <<<"$figures"
    else
        echo "failed |"
    fi
}

echo "| method | N | n | cifra, s | MiB | R, s | MiB |"
echo "| --- | --- | --- | --- | --- | --- | --- |"
for method in frame simple_random poisson pps_systematic random_systematic brewer sampford conditional_poisson pareto \
    elimination midzuno ordered_pivotal random_pivotal chromy random_groups \
    pairs_systematic pairs_sampford pairs_pareto pairs_elimination; do
    echo "| $method | 1000000 | 10000 | $(run "$program" "$method" 1000000 10000) | | |"
done
for method in cumulative_root geometric lavallee_hidiroglou k_means; do
    echo "| $method | 1000000 | 5 strata | $(run "$program" "$method" 1000000 5) | | |"
done
for case in frame:1000000:10000 simple_random:1000000:10000 poisson:1000000:10000 pps_systematic:1000000:10000 \
    random_systematic:1000000:10000 pareto:1000000:10000 brewer:100000:1000 sampford:100000:1000 \
    conditional_poisson:10000:100 elimination:10000:100 midzuno:10000:100 ordered_pivotal:100000:1000 \
    random_pivotal:100000:1000; do
    IFS=: read -r method units n <<<"$case"
    echo "| $method | $units | $n | $(run "$program" "$method" "$units" "$n") |" \
        "$(run Rscript "$here/peers/selection.R" "$method" "$units" "$n") |"
done
