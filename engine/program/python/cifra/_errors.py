"""What the engine objects to, as exceptions."""

from __future__ import annotations

from typing import Iterable, NamedTuple, Tuple


class Diagnostic(NamedTuple):
    """One fault, warning or note: its place, a stable code, what is wrong and what to do about it."""

    severity: str
    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str


class InputError(ValueError):
    """The specification or the data are wrong; `diagnostics` holds every fault that was found."""

    def __init__(self, text: str, diagnostics: Iterable[Tuple] = ()) -> None:
        super().__init__(text)
        self.diagnostics = [Diagnostic(*item) for item in diagnostics]


class Refusal(RuntimeError):
    """The input is well formed, but the data or the numbers refuse it: a lonely PSU, a calibration without solution."""

    def __init__(self, text: str, diagnostics: Iterable[Tuple] = ()) -> None:
        super().__init__(text)
        self.diagnostics = [Diagnostic(*item) for item in diagnostics]
