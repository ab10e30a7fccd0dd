#!/usr/bin/env bash
# Builds the Python package into build/python on Debian 12, as root or with sudo, and says how to use it.
set -euo pipefail
cd "$(dirname "$0")/../../.."
tests/packages.sh pybind11-dev python3-dev python3-numpy python3-pandas
cmake --preset release -DCIFRA_PYTHON=ON
cmake --build --preset release -j"$(nproc)" --target cifra_python
mkdir -p build/python
cp -r build/release/python/cifra build/python/
echo "The package is in build/python. To use it:"
echo "    PYTHONPATH=$PWD/build/python python3 -c 'import cifra'"
echo "To install it for all users:"
echo "    cp -r build/python/cifra $(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
