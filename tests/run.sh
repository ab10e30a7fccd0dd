#!/usr/bin/env bash
# Builds cifra and runs its tests on Debian 12, as root or with sudo. Arguments go to ctest:
#   tests/run.sh                everything
#   tests/run.sh -L sampling    the tests of one folder
#   tests/run.sh -R Csv         the tests whose name holds "Csv"
set -euo pipefail
cd "$(dirname "$0")/.."
tests/packages.sh $(grep -v "^#" tests/packages-tests.txt)
command -v npm >/dev/null || tests/packages.sh npm
engine/program/web/install.sh >/dev/null ||
    echo "the packages of engine/program/web cannot be had: tests with clients and browsers will be skipped" >&2
cmake --preset release
cmake --build --preset release -j"$(nproc)"
ctest --preset release -j"$(nproc)" "$@"
