#!/usr/bin/env bash
# What is too long for the test suite: replicate factors (ten seconds), the plans of examples/plans (2,500 draws each, four
# minutes; it fails where a cell is biased or covers too little), the confidence intervals (ten minutes), and the tests with
# every source watched by the sanitizers (half an hour). Arguments:
#   tests/long.sh [OUT [DRAWS [SEED [THREADS]]]]      OUT/coverage.md and OUT/coverage.csv; default build/coverage
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset release > /dev/null
cmake --build --preset release -j"$(nproc)" --target cifra coverage test_estimation test_questionnaires
build/release/tests/test_estimation --gtest_also_run_disabled_tests --gtest_filter="*ManyDraws"
build/release/tests/test_questionnaires --gtest_also_run_disabled_tests --gtest_filter="*ClientAgreement.*TwoHundred*"
for plan in ncvs csew envipe enusc lapop; do
    folder=build/plans/$plan
    rm -rf "$folder"
    build/release/cifra synthesize "examples/plans/$plan.yaml" --out "$folder" >/dev/null
    build/release/cifra rehearse "examples/plans/$plan.yaml" --out "$folder" | tee "$folder.txt"
    grep -q '; 0 of 10 cells' "$folder.txt"
done
build/release/tests/coverage "${1:-build/coverage}" "${@:2}"
cmake --preset sanitize -DCIFRA_WATCHED= && cmake --build --preset sanitize -j"$(nproc)" && ctest --preset sanitize -j"$(nproc)"
