"""Protect synthetic national tables: how long it takes, how far numbers move, and what it beats.

    python -m benchmarks.disclosure [--towns 47] [--youths 100000] [--seed 1]

Every town is a release of its own, as in the product. Beside it, in the same run and on the same
counts, the usual way: each cell to the nearest 5.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import fmean, median

from scipy.optimize import linprog
from scipy.sparse import csr_array

from pmg.disclosure.publish import Publication, publish
from pmg.disclosure.release import Params
from pmg.disclosure.rounding import protect_by_rounding
from pmg.disclosure.specs import Axis, Hierarchy, flat, table
from pmg.disclosure.tables import Part, Table, tabulate
from pmg.disclosure.verify import Outcome, outcome, verify

KEY = bytes(range(32))
SMALL = range(1, 5)
AGES = ("12-13", "14-15", "16-17", "18-20", "21-23", "24-27")
SEXES = ("m", "v", "x")
INTERVENTIONS = tuple(f"I{i}" for i in range(1, 9))
OUTCOMES = ("behaald", "deels", "niet", "gestopt", "loopt")
CHANGES = ("veel beter", "beter", "gelijk", "slechter", "veel slechter")


def town(rng: random.Random) -> Hierarchy:
    """Neighbourhoods in areas, with focus areas that cut through neighbourhoods."""
    areas = rng.randint(3, 4)
    area: dict[str, str] = {}
    focus: dict[str, str] = {}
    hood: dict[str, str] = {}
    for a in range(areas):
        for n in range(rng.randint(3, 6)):
            name = f"A{a}N{n}"
            inside = rng.random()
            pieces = ["uit"] if inside < 0.6 else [f"F{rng.randint(1, 3)}"]
            if 0.6 < inside < 0.8:
                pieces.append("uit")
            for piece in pieces:
                code = f"{name}/{piece}"
                area[code], focus[code], hood[code] = f"A{a}", f"focus {piece}", name
    return Hierarchy("plek", tuple(area), {"buurt": hood, "gebied": area, "focus": focus})


def dimensions(place: Hierarchy) -> list[Hierarchy]:
    """All dimensions of one town."""
    return [
        place,
        flat("leeftijd", AGES),
        flat("geslacht", SEXES),
        flat("aanpak", INTERVENTIONS),
        flat("uitkomst", OUTCOMES),
        flat("verandering", CHANGES),
    ]


SPECS = [
    table(
        "plek × leeftijd × geslacht",
        "jongeren",
        [Axis("plek", ("buurt", "gebied")), "leeftijd", "geslacht"],
    ),
    table(
        "gebied × aanpak × uitkomst", "jongeren", [Axis("plek", ("gebied",)), "aanpak", "uitkomst"]
    ),
    table("leeftijd × geslacht × aanpak", "jongeren", ["leeftijd", "geslacht", "aanpak"]),
    table(
        "focus × leeftijd × uitkomst",
        "jongeren",
        [Axis("plek", ("focus",)), "leeftijd", "uitkomst"],
    ),
    table("gebied × verandering", "jongeren", [Axis("plek", ("gebied",)), "verandering"]),
]


def _skewed(rng: random.Random, codes: Sequence[str]) -> str:
    return codes[min(int(rng.expovariate(1.0) * len(codes) / 4), len(codes) - 1)]


def youths(place: Hierarchy, number: int, rng: random.Random) -> Iterator[dict[str, str]]:
    """Synthetic youths with skewed, dependent categories."""
    for _ in range(number):
        age = rng.choices(AGES, (8, 20, 28, 24, 13, 7))[0]
        yield {
            "plek": _skewed(rng, place.codes),
            "leeftijd": age,
            "geslacht": rng.choices(SEXES, (78, 21, 1))[0],
            "aanpak": _skewed(rng, INTERVENTIONS if age < "18" else INTERVENTIONS[::-1]),
            "uitkomst": rng.choices(OUTCOMES, (30, 22, 12, 14, 22))[0],
            "verandering": rng.choices(CHANGES, (8, 30, 38, 18, 6))[0],
        }


@dataclass(frozen=True)
class Town:
    """What was measured on one town."""

    name: str
    counts: tuple[int, ...]
    values: tuple[int, ...]
    tolerance: int
    part: Part
    seconds_rounding: float
    seconds_publishing: float
    seconds_verifying: float


def tables(number: int, youths_: int, seed: int) -> Iterator[tuple[str, Table]]:
    """Towns of very different size that share the youths."""
    rng = random.Random(seed)
    sizes = [rng.paretovariate(1.2) for _ in range(number)]
    for index, size in enumerate(sizes):
        place = town(rng)
        share = round(youths_ * size / sum(sizes))
        records = {"jongeren": youths(place, share, rng)}
        yield f"town {index:02}", tabulate(records, SPECS, dimensions(place))


def measure(job: tuple[str, Table]) -> Town:
    """Round, publish and verify one town; stops when the file does not verify."""
    name, counted = job
    start = time.process_time()
    protect_by_rounding(counted, Params(name), KEY)
    rounded = time.process_time()
    done: Publication = publish(counted, Params(name), KEY)
    published = time.process_time()
    if outcome(verify(json.loads(done.as_bytes()))) != Outcome.GOOD:
        raise SystemExit(f"{name} does not verify")
    checked = time.process_time()
    return Town(
        name,
        counted.counts[0],
        done.release.values[0],
        done.release.tolerance,
        counted.parts[0],
        rounded - start,
        published - rounded,
        checked - published,
    )


def nearest(counts: Sequence[int]) -> list[int]:
    """Each cell to the nearest 5, the usual way."""
    return [5 * round(count / 5) for count in counts]


def broken(part: Part, values: Sequence[int]) -> int:
    """Count sums that do not hold."""
    return sum(values[p] != sum(values[c] for c in below) for p, below in part.relations)


def narrowed(part: Part, values: Sequence[int], cells: Sequence[int], *, within: int) -> int:
    """Cells that a linear program over the published numbers narrows to less than four wide."""
    rows = [(i, p, 1.0) for i, (p, _) in enumerate(part.relations)]
    rows += [(i, c, -1.0) for i, (_, below) in enumerate(part.relations) for c in below]
    at, column, factor = zip(*rows, strict=True)
    shape = (len(part.relations), len(values))
    sums, zero = csr_array((factor, (at, column)), shape=shape), [0.0] * shape[0]
    bounds = [(max(0, value - within), value + within) for value in values]
    found = 0
    for cell in cells:
        price = [0.0] * len(values)
        price[cell] = 1.0
        low = linprog(price, A_eq=sums, b_eq=zero, bounds=bounds)
        high = linprog([-p for p in price], A_eq=sums, b_eq=zero, bounds=bounds)
        found += bool(low.success and high.success and -high.fun - low.fun < 4 - 1e-6)
    return found


def attack(towns: Sequence[Town], *, each: int) -> tuple[int, int, int]:
    """Small cells attacked, and how many were narrowed: ours, and rounded to the nearest."""
    rng = random.Random(1)
    attacked = ours = usual = 0
    for one in towns:
        small = [i for i, count in enumerate(one.counts) if count in SMALL]
        cells = rng.sample(small, min(each, len(small)))
        attacked += len(cells)
        ours += narrowed(one.part, one.values, cells, within=one.tolerance)
        usual += narrowed(one.part, nearest(one.counts), cells, within=2)
    return attacked, ours, usual


def report(towns: Sequence[Town], wall: float) -> None:
    """Print what was measured."""
    pairs = [pair for one in towns for pair in zip(one.counts, one.values, strict=True)]
    away = [abs(x - z) for x, z in pairs]
    naive = [
        abs(x - z) for one in towns for x, z in zip(one.counts, nearest(one.counts), strict=True)
    ]
    sums = sum(len(one.part.relations) for one in towns)
    ours = sum(broken(one.part, one.values) for one in towns)
    usual = sum(broken(one.part, nearest(one.counts)) for one in towns)
    attacked, found, found_usual = attack(towns[:3], each=25)
    print(f"{len(towns)} towns, {len(pairs)} cells, {sum(x in SMALL for x, _ in pairs)} of 1 to 4")
    print(f"largest tolerance {max(one.tolerance for one in towns)}")
    print(f"\n{'':34}{'controlled':>12}{'nearest 5':>12}")
    print(f"{'mean deviation':34}{fmean(away):12.2f}{fmean(naive):12.2f}")
    print(f"{'largest deviation':34}{max(away):12}{max(naive):12}")
    print(f"{'mean error (bias)':34}{fmean(z - x for x, z in pairs):12.3f}")
    print(f"{'sums that do not hold':34}{ours / sums:12.1%}{usual / sums:12.1%}")
    print(f"{f'narrowed below 4 (of {attacked} attacked)':34}{found:12}{found_usual:12}")
    for name, times in (
        ("rounding", [one.seconds_rounding for one in towns]),
        ("rounding, world, certificate", [one.seconds_publishing for one in towns]),
        ("verification", [one.seconds_verifying for one in towns]),
    ):
        shown = (
            f"{sum(times):8.2f} s CPU in all, median {median(times):.3f}, largest {max(times):.3f}"
        )
        print(f"{name:30}{shown}")
    print(f"wall clock of all of it, two processes: {wall:.1f} s")


def main() -> None:
    """Measure all towns on two processes and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--towns", type=int, default=47)
    parser.add_argument("--youths", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    jobs = list(tables(options.towns, options.youths, options.seed))
    start = time.perf_counter()
    with get_context("spawn").Pool(2) as pool:
        towns = list(pool.imap(measure, jobs))
    report(towns, time.perf_counter() - start)


if __name__ == "__main__":
    main()
