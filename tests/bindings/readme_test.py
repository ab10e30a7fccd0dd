"""Runs the examples of a README: what stands behind >>> must give what stands below it."""

import doctest
import sys

try:
    import cifra  # noqa: F401
except ImportError as absent:
    print(f"skipped: {absent}")
    sys.exit(77)

failed, tried = doctest.testfile(sys.argv[1], module_relative=False,
                                 optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
print(f"{tried} examples, {failed} failed")
sys.exit(failed > 0 or tried == 0)
