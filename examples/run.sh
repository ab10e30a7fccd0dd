#!/usr/bin/env bash
# Builds the program on Debian 12, as root or with sudo, and runs the quickstart: a whole survey of a made-up country.
set -euo pipefail
cd "$(dirname "$0")/.."
tests/packages.sh
cmake --preset release
cmake --build --preset release -j"$(nproc)" --target cifra
build/release/cifra run examples/quickstart/study.yaml
echo
echo "Results: examples/quickstart/out/"
echo "  tables.html      the published tables: open it in a browser"
echo "  estimates.csv    every estimate with its standard error, interval and quality"
echo "Change examples/quickstart/study.yaml and run again: build/release/cifra run examples/quickstart/study.yaml"
