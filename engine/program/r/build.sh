#!/usr/bin/env bash
# Builds the R package and installs it into build/r on Debian 12, as root or with sudo, and says how to use it.
set -euo pipefail
cd "$(dirname "$0")/../../.."
tests/packages.sh r-base-core r-cran-cpp11
cmake --preset release -DCIFRA_R=ON
cmake --build --preset release -j"$(nproc)" --target cifra_r_package
mkdir -p build/r
cp -r build/release/r/cifra build/r/
echo "The package is in build/r. To use it:"
echo "    library(cifra, lib.loc = \"$PWD/build/r\")"
echo "To install it for all users:"
echo "    cp -r build/r/cifra /usr/local/lib/R/site-library/"
