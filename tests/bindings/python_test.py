"""The Python package beside the program: the same numbers to the last bit, faults, threads, memory."""

import os
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

try:
    import numpy as np
    import pandas as pd

    import cifra
except ImportError as absent:
    print(f"skipped: {absent}")
    sys.exit(77)

BINARY = os.environ["CIFRA_BINARY"]
SHOWN = ["indicator", "domain", "estimate", "se", "lower", "upper", "df", "n"]


def made_up_survey(persons=3000, seed=20240917):
    """Persons in PSUs and strata, with the crimes that some of them suffered."""
    chance = np.random.default_rng(seed)
    psu = chance.integers(0, 120, persons)
    frame = pd.DataFrame({
        "id": np.arange(1, persons + 1), "stratum": psu % 8 + 1, "psu": psu + 1,
        "weight": np.round(chance.gamma(4, 50, persons), 3), "sex": chance.choice(["F", "M"], persons),
        "region": chance.choice(["north", "south", "east"], persons), "age": chance.integers(18, 90, persons),
        "income": np.round(chance.lognormal(7, 1, persons), 2)})
    crimes = pd.DataFrame({"id": chance.choice(frame["id"], persons // 4)})
    crimes["weight"] = frame["weight"].to_numpy()[crimes["id"] - 1] * 1.25
    crimes["kind"] = chance.choice(["burglary", "robbery", "threat"], len(crimes))
    return frame, crimes


def program(verb, folder, *options):
    subprocess.run([BINARY, verb, *options], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def table(folder, name):
    return pd.read_csv(os.path.join(folder, name), float_precision="round_trip", keep_default_na=False,
                       na_values={c: [""] for c in ["estimate", "se", "lower", "upper", "df", "n"]})


def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)


class SameNumbers(unittest.TestCase):
    PERSONS = 3000

    @classmethod
    def setUpClass(cls):
        cls.persons, cls.crimes = made_up_survey(cls.PERSONS)
        cls.folder = tempfile.mkdtemp()
        cls.persons.to_csv(os.path.join(cls.folder, "data"), index=False)
        cls.crimes.to_csv(os.path.join(cls.folder, "crimes"), index=False)
        cls.design = cifra.design(
            cls.persons, weights="weight", strata="stratum", psu="psu",
            records={"crimes": cifra.Records(cls.crimes, by="id", weight="weight")})
        write(cls.folder, "design.yaml", """
data:
  data: {file: data, weight: weight}
  crimes: {file: crimes, weight: weight, parent: data, by: [id]}
design: {level: data, strata: stratum, psu: psu}
""")

    def compare(self, estimates, indicators, by, more=""):
        """`estimates` with what the program makes of the same request."""
        write(self.folder, "tables.yaml", f"""
indicators: {{{indicators}}}
tables: [{{id: estimates, indicators: {list(dict.fromkeys(estimates["indicator"]))}, by: [{by}],
           total: {"false" if by else "true"}{more}}}]
""")
        program("estimate", self.folder, "--design", "design.yaml", "--tables", "tables.yaml", "--out", "out")
        wanted = table(self.folder, "out/estimates.csv")
        self.assertGreater(len(wanted), 0)
        for column in SHOWN:
            got, want = estimates[column].to_numpy(), wanted[column].to_numpy()
            if want.dtype.kind == "O":
                self.assertEqual(list(got), list(want), column)
            else:
                self.assertEqual(got.astype(float).tobytes(), want.astype(float).tobytes(), column)

    def test_mean_by_two_variables(self):
        self.compare(cifra.estimate(self.design, "mean", ["income", "age"], by=["sex", "region"]),
                     "income: {statistic: mean, of: data, value: income}, age: {statistic: mean, of: data, value: age}",
                     "[sex, region]")

    def test_total_ratio_proportion(self):
        self.compare(cifra.estimate(self.design, "total", "income", by="region"),
                     "income: {statistic: total, of: data, value: income}", "region")
        self.compare(cifra.estimate(self.design, "ratio", "income", over="age", by="region"),
                     "income: {statistic: ratio, of: data, value: income, over: age}", "region")
        self.compare(cifra.estimate(self.design, "proportion", "age >= 60", scale=100),
                     "'age >= 60': {statistic: proportion, of: data, having: age >= 60, scale: 100}", "")

    def test_quantiles_are_made_in_memory(self):
        self.compare(cifra.estimate(self.design, "quantile", "income", probabilities=[0.25, 0.5], by="sex"),
                     "income: {statistic: quantile, of: data, value: income, probabilities: [0.25, 0.5]}", "sex")

    def test_rates_with_two_weights(self):
        kinds = ["prevalence", "incidence", "concentration"]
        indicators = ", ".join(f"{k}: {{statistic: {k}, of: crimes, per: data, scale: 1000}}" for k in kinds)
        self.compare(cifra.rates(self.design, "crimes", scale=1000, by="region"), indicators, "region")
        self.compare(cifra.rates(self.design, "crimes", scale=1000, numerator_by="kind"), indicators, "",
                     ", numerator_by: [kind]")

    def test_one_statistic_needs_no_list(self):
        one = cifra.rates(self.design, "crimes", statistics="incidence")
        self.assertEqual(list(one["indicator"]), ["incidence"])

    def test_covariance_has_the_variances_on_its_diagonal(self):
        estimates, covariance = cifra.estimate(self.design, "mean", "income", by="region", covariance=True)
        self.assertTrue(np.allclose(np.sqrt(np.diag(covariance)), estimates["se"], rtol=1e-14))
        self.assertTrue((covariance.to_numpy() == covariance.to_numpy().T).all())

    def test_tables_of_files_are_those_of_the_program(self):
        write(self.folder, "whole.yaml", """
indicators: {unsafe: {statistic: mean, of: data, value: income}}
tables: [{id: a, indicators: [unsafe], by: [sex]}]
comparisons: [{id: gap, indicators: [unsafe], by: sex, measure: percent}]
""")
        program("estimate", self.folder, "--design", "design.yaml", "--tables", "whole.yaml", "--out", "whole")
        made = cifra.tables(os.path.join(self.folder, "design.yaml"), os.path.join(self.folder, "whole.yaml"))
        wanted = table(self.folder, "whole/comparisons.csv")
        self.assertEqual(list(made), ["estimates", "comparisons"])
        self.assertEqual(list(made["comparisons"].columns), list(wanted.columns))
        numbers = [c for c in wanted if wanted[c].dtype.kind == "f"]
        self.assertGreater(len(numbers), 2)
        for column in numbers:
            self.assertEqual(made["comparisons"][column].to_numpy().tobytes(), wanted[column].to_numpy().tobytes())

    def test_types_of_columns_do_not_matter(self):
        plain = cifra.estimate(self.design, "mean", "age", by="region")
        other = self.persons.astype({"age": "int8", "region": "category", "weight": "float64"})
        other = other.assign(age=other["age"].astype("Int64"), psu=other["psu"].astype("uint16"))
        again = cifra.design(other.iloc[::1], weights="weight", strata="stratum", psu="psu")
        pd.testing.assert_frame_equal(cifra.estimate(again, "mean", "age", by="region"), plain, check_exact=True)

    def test_missing_cells_need_a_rule(self):
        holes = self.persons.assign(income=self.persons["income"].where(self.persons["age"] > 30))
        design = cifra.design(holes, weights="weight", strata="stratum", psu="psu")
        with self.assertRaises(cifra.InputError):
            cifra.estimate(design, "mean", "income")
        known = cifra.estimate(design, "mean", "income", missing="exclude")
        self.assertEqual(known["n"][0], (self.persons["age"] > 30).sum())


class SameNumbersOfManyPieces(SameNumbers):
    """A file of 10 pieces and a frame of 7, every PSU in all of them."""
    PERSONS = 200_000


class Cells(unittest.TestCase):
    """Cells of other types beside the same cells as plain doubles and texts."""

    @classmethod
    def setUpClass(cls):
        cls.persons, _ = made_up_survey(200)

    def means(self, **columns):
        design = cifra.design(self.persons.assign(**columns), weights="weight", psu="psu")
        return cifra.estimate(design, "mean", "age", by="sex", missing="exclude")

    def same(self, one, other):
        pd.testing.assert_frame_equal(self.means(**one), self.means(**other), check_exact=True)

    def test_numbers_of_any_type(self):
        for kind in ["float16", "longdouble", ">f8", ">i2", "uint64"]:
            self.same({"age": self.persons["age"].to_numpy().astype(kind)}, {})

    def test_no_number_is_missing(self):
        ages = self.persons["age"].astype(float)
        for cell in [np.inf, -np.inf]:
            self.same({"age": ages.where(ages < 60, cell)}, {"age": ages.where(ages < 60)})

    def test_an_empty_text_is_an_empty_cell(self):
        hidden = self.persons["age"] > 60
        self.same({"sex": self.persons["sex"].mask(hidden, "")}, {"sex": self.persons["sex"].mask(hidden, None)})

    def test_dates_are_those_of_files(self):
        days = pd.to_datetime(["2021-03-31", "2021-04-01"] * 100)
        self.assertEqual(list(self.means(sex=days)["domain"]), ["sex=2021-03-31", "sex=2021-04-01"])
        moments = list(self.means(sex=days + pd.Timedelta("1h"))["domain"])
        self.assertEqual(moments, ["sex=2021-03-31T01:00:00", "sex=2021-04-01T01:00:00"])

    def test_rows_count_and_not_their_names(self):
        turned = self.persons.set_index(self.persons.index[::-1] * 7)
        pd.testing.assert_frame_equal(
            cifra.estimate(cifra.design(turned, weights="weight", psu="psu"), "mean", "age", by="sex"), self.means())


class Objections(unittest.TestCase):
    def test_what_is_no_frame(self):
        persons, _ = made_up_survey(100)
        twice = pd.concat([persons, persons[["age"]]], axis=1)
        broken = persons.assign(sex=["F", "\udcff"] * 50)
        for frame, code in [(twice, "duplicate-column"), (broken, "not-utf8")]:
            with self.assertRaises(cifra.InputError) as caught:
                cifra.design(frame, weights="weight")
            self.assertEqual([item.code for item in caught.exception.diagnostics], [code])
        for frame in [None, [1, 2], persons["age"]]:
            with self.assertRaisesRegex(TypeError, "'data' must be a data frame"):
                cifra.design(frame, weights="weight")
        with self.assertRaisesRegex(TypeError, "must be made by cifra.design"):
            cifra.estimate(persons, "mean", "age")
        for wrong in [{"seed": -1}, {"seed": 1.5}, {"threads": -1}]:
            with self.assertRaisesRegex(ValueError, "must be a whole number"):
                cifra.design(persons, weights="weight", **wrong)

    def test_all_faults_at_once(self):
        persons, _ = made_up_survey(100)
        design = cifra.design(persons, weights="weight", strata="stratum", psu="psu")
        with self.assertRaises(cifra.InputError) as caught:
            cifra.estimate(design, "mean", ["incomes", "ages"])
        self.assertEqual([item.code for item in caught.exception.diagnostics], ["unknown-name", "unknown-name"])
        self.assertIn("income", caught.exception.diagnostics[1].hint + caught.exception.diagnostics[0].hint)

    def test_lonely_psu_is_refused(self):
        frame = pd.DataFrame({"w": [1.0, 1, 1], "h": ["a", "a", "b"], "p": [1, 2, 3], "y": [1.0, 2, 3]})
        with self.assertRaises(cifra.Refusal):
            cifra.estimate(cifra.design(frame, weights="w", strata="h", psu="p"), "total", "y")


class Verbs(unittest.TestCase):
    PLAN = {"frame": {}, "draw": {"dwellings": 60, "take": 6, "allocation": {"method": "proportional", "minimum": 2}}}

    @classmethod
    def setUpClass(cls):
        chance = np.random.default_rng(5)
        sizes = chance.integers(12, 40, 60)
        cls.psus = pd.DataFrame({"psu": np.arange(1, 61), "stratum": ["a", "b", "c"] * 20, "dwellings": sizes})
        cls.dwellings = pd.DataFrame({"dwelling": np.arange(1, sizes.sum() + 1), "psu": np.repeat(cls.psus["psu"], sizes)})
        cls.sample = cifra.draw(cls.PLAN, {"psu": cls.psus, "dwelling": cls.dwellings}, seed=11)["sample"]

    def test_draw(self):
        folder = tempfile.mkdtemp()
        self.psus.to_csv(os.path.join(folder, "psu.csv"), index=False)
        self.dwellings.to_csv(os.path.join(folder, "dwelling.csv"), index=False)
        write(folder, "plan.yaml", "draw: {dwellings: 60, take: 6, allocation: {method: proportional, minimum: 2}}\n")
        program("draw", folder, "--plan", "plan.yaml", "--frame-psu", "psu.csv", "--frame-dwelling", "dwelling.csv",
                "--seed", "11", "--out", "out")
        wanted = pd.read_csv(os.path.join(folder, "out/sample.csv"), float_precision="round_trip",
                             dtype={c: str for c in ["stratum", "psu", "dwelling"]})
        self.assertEqual(len(wanted), 60)
        self.assertEqual(list(self.sample["dwelling"]), list(wanted["dwelling"]))
        self.assertEqual(self.sample["base_weight"].to_numpy().tobytes(), wanted["base_weight"].to_numpy().tobytes())

    def test_weights(self):
        sample = self.sample.assign(outcome=["1", "2", "1", "1", "1", "1"] * 10)
        plan = {"household": "none", "steps": [{"step": "nonresponse", "cells": ["stratum"]}]}
        made = cifra.weights(plan, sample=sample)
        folder = tempfile.mkdtemp()
        sample.to_csv(os.path.join(folder, "sample.csv"), index=False)
        write(folder, "plan.yaml", "household: none\nsteps: [{step: nonresponse, cells: [stratum]}]\n")
        program("weight", folder, "--plan", "plan.yaml", "--sample", "sample.csv", "--out", "out")
        wanted = pd.read_csv(os.path.join(folder, "out/weights.csv"), float_precision="round_trip")
        self.assertEqual(made["weights"]["household_weight"].to_numpy().tobytes(),
                         wanted["household_weight"].to_numpy().astype(float).tobytes())
        self.assertAlmostEqual(made["weights"]["household_weight"].sum(), sample["base_weight"].sum(), places=6)


class LargeFrames(unittest.TestCase):
    ROWS = 1_000_000

    def test_threads_and_memory(self):
        chance = np.random.default_rng(3)
        frame = pd.DataFrame({f"y{i}": chance.normal(size=self.ROWS) for i in range(20)})
        frame["w"] = 1.0
        frame["psu"] = np.repeat(np.arange(self.ROWS // 100), 100)
        bytes_of_frame = frame.memory_usage(deep=True).sum()
        before = resident("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is counted from here
        design = cifra.design(frame, weights="w", psu="psu")
        ticks, done = [], threading.Event()

        def tick():
            while not done.wait(0.001):
                ticks.append(1)

        watcher = threading.Thread(target=tick)
        watcher.start()
        estimates = cifra.estimate(design, "mean", [f"y{i}" for i in range(20)])
        done.set()
        watcher.join()
        self.assertGreater(len(ticks), 10, "other threads of Python stood still")
        copies = (resident("VmHWM") - before) / bytes_of_frame
        print(f"peak memory: {copies:.2f} times the frame")
        self.assertLess(copies, 1.5)
        self.assertTrue(np.allclose(estimates["estimate"], frame.iloc[:, :20].mean(), rtol=1e-9, atol=1e-12))


def resident(which):
    """Bytes of memory by a line of the kernel's status."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(which))


if __name__ == "__main__":
    unittest.main()
