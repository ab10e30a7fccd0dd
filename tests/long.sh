#!/usr/bin/env bash
# Builds and runs the Monte Carlo of the confidence intervals, about ten minutes on two cores, and before it that of
# replicate factors, ten seconds. Arguments:
#   tests/long.sh [OUT [DRAWS [SEED [THREADS]]]]      OUT/coverage.md and OUT/coverage.csv; default build/coverage
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset release > /dev/null
cmake --build --preset release -j"$(nproc)" --target coverage test_estimation
build/release/tests/test_estimation --gtest_also_run_disabled_tests --gtest_filter=ReplicateFactors.*ManyDraws
build/release/tests/coverage "${1:-build/coverage}" "${@:2}"
