"""Estimates of victimization surveys from pandas data frames.

The engine is that of the program ``cifra``, and so are the numbers. Specifications are those of its manual, as dicts or
as paths of YAML files; conditions and values are expressions of its language (``age >= 18 and sex = "2"``).

What is wrong with data or specification is raised as `InputError`, which holds every fault with its place and remedy;
`Refusal` is raised where the numbers refuse, as with a stratum of one PSU. Warnings of the engine are Python warnings
of the category `EngineWarning`.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np
import pandas as pd

from cifra import _engine
from cifra._errors import Diagnostic, InputError, Refusal

__all__ = ["Design", "Diagnostic", "EngineWarning", "InputError", "Records", "Refusal", "design", "draw", "estimate",
           "rates", "tables", "weights"]
__version__ = _engine.version

Names = Union[None, str, Sequence[str]]
Specification = Union[str, "os.PathLike[str]", Mapping[str, Any]]
Tables = Dict[str, pd.DataFrame]


class EngineWarning(UserWarning):
    """A warning of the engine, with its code and hint in the text."""


@dataclass(frozen=True)
class Records:
    """A file below another one: the incidents of persons, the persons of households.

    frame   one row a record
    by      key columns, or a dict from own names to those above
    parent  the level above; the topmost one unless given
    weight  column or expression; without it records carry the weight of the row above
    keys    any other key of a level in a design file: where, count, …
    """

    frame: pd.DataFrame
    by: Union[str, Sequence[str], Mapping[str, str]]
    parent: Optional[str] = None
    weight: Optional[str] = None
    keys: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Design:
    """Data frames with the sample design they were drawn by, ready for any number of estimates.

    The frames are copied once, when the design is declared; changes to them later are not seen.
    """

    specification: Specification
    frames: _engine.Frames
    level: str
    settings: Mapping[str, Any]


def design(data: pd.DataFrame, *, weights: str, strata: Optional[str] = None, psu: Names = None, fpc: Names = None,
           lonely_psu: Optional[str] = None, records: Optional[Mapping[str, Records]] = None,
           derive: Optional[Mapping[str, Any]] = None, counting: Optional[Mapping[str, Any]] = None,
           level: str = "data", seed: int = 1, threads: int = 0, directory: str = "", **keys: Any) -> Design:
    """Declares the sample design of a data frame.

    weights     column or expression
    strata      column; none: one stratum
    psu         column, or those of all stages; none: every row is its own PSU
    fpc         columns with the population of each stage, as counts or fractions; none: with replacement
    lonely_psu  fail (unless given), certainty, remove, adjust, average, collapse …
    records     files below, by the name of their level
    derive      derived variables, by level and name
    counting    counting rules of series of incidents, by name
    level       what rows of `data` are called in expressions and tables
    seed        of replicates and imputation that the design asks for
    threads     0: all cores; results do not depend on it
    directory   where files that the design names are looked for
    keys        any other key of `design:` in a design file: probability, unequal, replicates, certainty …
    """
    sample = {"strata": strata, "psu": _listed(psu), "fpc": _listed(fpc), "lonely_psu": lonely_psu, **keys}
    levels = {level: {"file": level, "weight": weights}}
    frames = {level: data}
    for name, below in (records or {}).items():
        by = dict(below.by) if isinstance(below.by, Mapping) else _listed(below.by)
        levels[name] = _given({"file": name, "parent": below.parent or level, "by": by, "weight": below.weight,
                               **below.keys})
        frames[name] = below.frame
    specification = _given({"data": levels, "design": {"level": level, **_given(sample)}, "derive": derive,
                            "counting": counting})
    return Design(specification, _frames(frames), level, _settings(specification, directory, "", seed, threads))


def estimate(design: Design, statistic: str, value: Names = None, *, by: Names = None, of: Optional[str] = None,
             level: float = 0.95, total: Optional[bool] = None, covariance: bool = False,
             **keys: Any) -> Union[pd.DataFrame, Tuple[pd.DataFrame, pd.DataFrame]]:
    """Estimates of one statistic, with standard errors and intervals: a row of the result for each value and domain.

    statistic   total, mean, proportion, ratio, quantile, variance, sd, cv, gini … (estimation/README.md)
    value       expressions: what is summed or averaged; the condition of a proportion
    by          variables whose crossing makes the domains
    of          the level of the records; the topmost one unless given
    level       of confidence
    total       whether the whole is given too; only without `by` unless given
    covariance  True: the result is (estimates, their covariance matrix)
    keys        any other key of an indicator: where, over, missing, scale, interval, probabilities …
    """
    _check(design)
    item = "having" if statistic == "proportion" else "value"
    common = {"statistic": statistic, "of": of or design.level, **keys}
    indicators = {name: {**common, item: name} for name in _listed(value) or []} or {statistic: common}
    return _table(design, indicators, by, level, total, covariance)


def rates(design: Design, of: str, per: Optional[str] = None, *,
          statistics: Sequence[str] = ("prevalence", "incidence", "concentration"), by: Names = None,
          numerator_by: Names = None, level: float = 0.95, total: Optional[bool] = None, covariance: bool = False,
          **keys: Any) -> Union[pd.DataFrame, Tuple[pd.DataFrame, pd.DataFrame]]:
    """Victimization rates: records of one level over units of a level above, each with its own weight.

    of            the level of the records: incidents
    per           the level of the units: persons, households; the topmost one unless given
    statistics    which of prevalence (units with a record), incidence (records a unit) and concentration (records a
                  victim)
    numerator_by  variables of the records that break the numerator down
    keys          any other key of an indicator: where, scale, count; of incidence alone months_at_risk, bounding
    The rest as in `estimate`.
    """
    _check(design)
    common = {"of": of, "per": per or design.level, **keys}
    indicators = {name: {"statistic": name, **common} for name in _listed(statistics) or []}
    return _table(design, indicators, by, level, total, covariance, numerator_by)


def tables(design: Union[Design, Specification], tables: Specification,
           frames: Optional[Mapping[str, pd.DataFrame]] = None, *, directory: str = "", out: str = "out",
           weighting: Optional[Specification] = None, seed: int = 1, threads: int = 0) -> Tables:
    """The tables of a table file, and what else it asks for: estimates, covariances, comparisons, models …

    design     a `Design`, or a design file: a dict or the path of a YAML file
    tables     the table file, likewise
    frames     data frames in the place of the files that the design names, by those names
    directory  where other files are looked for: the folder of the design file, or the current one, unless given
    out        what "$out" stands for
    weighting  the plan behind the weights, for `chain:` of the design
    """
    if isinstance(design, Design):
        return _answer(_engine.estimate(_plain(design.specification), _plain(tables), design.frames, design.settings))
    settings = _settings(design, directory, out, seed, threads)
    if weighting is not None:
        settings["weighting"] = _plain(weighting)
    return _answer(_engine.estimate(_plain(design), _plain(tables), _frames(frames or {}), settings))


def weights(plan: Specification, *, sample: pd.DataFrame, household: Optional[pd.DataFrame] = None,
            person: Optional[pd.DataFrame] = None, benchmarks: Optional[Mapping[str, pd.DataFrame]] = None,
            directory: str = "") -> Tables:
    """Weights from selection, nonresponse and population totals: weights, weights_persons, weights_audit …

    plan        the section `weighting`: a dict, or the path of a YAML file
    sample      the drawn dwellings; household, person: what came back from the field
    benchmarks  population totals, by the names that the plan gives
    """
    given = {"sample": sample, "household": household, "person": person, **(benchmarks or {})}
    return _answer(_engine.weigh(_plain(plan), _frames(_given(given)), _settings(plan, directory, "", 1, 0)))


def draw(plan: Specification, frames: Mapping[str, pd.DataFrame], *, seed: int = 1, directory: str = "") -> Tables:
    """A sample by stages with probabilities and base weights: sample, sample_strata …

    plan    the section `sampling`: a dict, or the path of a YAML file
    frames  the sampling frame: the units of each stage by the name of the unit, or as `frame:` of the plan calls them
    seed    of all chance: the same seed draws the same sample
    """
    return _answer(_engine.draw(_plain(plan), _frames(frames), _settings(plan, directory, "", seed, 0)))


def _check(design: Design) -> None:
    if not isinstance(design, Design):
        raise TypeError(f"'design' must be made by cifra.design(), and is of the type {type(design).__name__}")


def _table(design: Design, indicators: Mapping[str, Any], by: Names, level: float, total: Optional[bool],
           covariance: bool, numerator_by: Names = None) -> Union[pd.DataFrame, Tuple[pd.DataFrame, pd.DataFrame]]:
    crossing = _listed(by)
    table = _given({"id": "estimates", "indicators": list(indicators), "by": [crossing] if crossing else None,
                    "numerator_by": _listed(numerator_by), "total": not crossing if total is None else total,
                    "covariance": covariance})
    result = tables(design, {"level": level, "indicators": indicators, "tables": [table]})
    estimates = result["estimates"].drop(columns=["table", "period"])
    return (estimates, _matrix(estimates, result["covariances"])) if covariance else estimates


def _matrix(estimates: pd.DataFrame, covariances: pd.DataFrame) -> pd.DataFrame:
    """The upper triangle, row by row, as a square matrix."""
    names = pd.MultiIndex.from_frame(estimates[["indicator", "domain"]])
    upper = np.zeros((len(names), len(names)))
    upper[np.triu_indices(len(names))] = covariances["covariance"]
    return pd.DataFrame(upper + np.triu(upper, 1).T, index=names, columns=names)


def _listed(names: Names) -> Optional[List[str]]:
    if names is None:
        return None
    return [names] if isinstance(names, str) else list(names)


def _given(values: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _plain(specification: Specification) -> Any:
    return dict(specification) if isinstance(specification, Mapping) else os.fspath(specification)


def _settings(specification: Specification, directory: str, out: str, seed: int, threads: int) -> Dict[str, Any]:
    if not directory and not isinstance(specification, Mapping):
        directory = os.path.dirname(os.fspath(specification))
    return {"directory": directory, "out": out, "seed": _whole("seed", seed, 2**64),
            "threads": _whole("threads", threads, 2**31)}


def _whole(name: str, value: int, end: int) -> int:
    if not isinstance(value, (int, np.integer)) or not 0 <= value < end:
        raise ValueError(f"'{name}' must be a whole number from 0 to {end - 1}")
    return int(value)


def _frames(frames: Mapping[str, pd.DataFrame]) -> _engine.Frames:
    return _engine.Frames({name: _columns(name, frame) for name, frame in frames.items()})


def _fault(file: str, code: str, message: str, hint: str) -> InputError:
    return InputError(f"{file}: error: {message} [{code}]\n    {hint}", [("error", file, 0, 0, code, message, hint)])


def _columns(file: str, frame: pd.DataFrame) -> List[Tuple]:
    """Numbers as they lie in memory; anything else as codes into its distinct values."""
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"'{file}' must be a data frame of pandas, and is of the type {type(frame).__name__}")
    names = frame.columns.map(str)
    if names.has_duplicates:
        raise _fault(file, "duplicate-column", f"two columns are named '{names[names.duplicated()][0]}'",
                     "rename one of them")
    columns: List[Tuple] = []
    for name in frame.columns:
        numbers = _numbers(frame[name])
        columns.append((str(name), numbers) if numbers is not None else (str(name), *_words(file, frame[name])))
    return columns


def _numbers(column: pd.Series) -> Optional[np.ndarray]:
    """The numbers of a column, in a type that the engine reads from memory; None for other columns."""
    kind = column.dtype
    if isinstance(kind, np.dtype) and kind.kind in "fiub":
        read = kind.isnative and (kind.kind != "f" or kind.itemsize in (4, 8))
        return column.to_numpy() if read else column.to_numpy(dtype="float64")
    if not pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_complex_dtype(kind):
        return None
    return column.to_numpy(dtype="float64", na_value=np.nan)


def _words(file: str, column: pd.Series) -> Tuple[np.ndarray, List[str]]:
    """Codes and distinct values. Dates are written as the engine writes those of files: 2021-03-31."""
    codes, found = pd.factorize(column.to_numpy() if column.dtype == object else column)
    if pd.api.types.is_datetime64_any_dtype(found.dtype):
        days = bool((found == found.normalize()).all())
        found = found.strftime("%Y-%m-%d" if days else "%Y-%m-%dT%H:%M:%S")
    words = [str(word) for word in found]
    try:
        for word in words:
            word.encode()
    except UnicodeEncodeError:
        raise _fault(file, "not-utf8", f"column '{column.name}' holds a text that is no Unicode",
                     "read the file again in its right encoding") from None
    return codes, words


def _answer(answer: Tuple) -> Tables:
    found, diagnostics = answer
    for item in map(Diagnostic._make, diagnostics):
        if item.severity == "warning":
            warnings.warn(f"{item.message} [{item.code}] {item.hint}".rstrip(), EngineWarning, stacklevel=4)
    return {name: pd.DataFrame({column: _cells(cells) for column, cells in columns.items()})
            for name, columns in found.items()}


def _cells(cells: Any) -> np.ndarray:
    if not isinstance(cells, tuple):
        return cells
    codes, words = cells
    return np.array([*words, None], dtype=object)[codes]
