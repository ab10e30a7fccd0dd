#!/usr/bin/env bash
# Builds and runs the Monte Carlo of the confidence intervals: about ten minutes on two cores. Arguments:
#   tests/long.sh [OUT [DRAWS [SEED [THREADS]]]]      OUT/coverage.md and OUT/coverage.csv; default build/coverage
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset release > /dev/null
cmake --build --preset release -j"$(nproc)" --target coverage
build/release/tests/coverage "${1:-build/coverage}" "${@:2}"
