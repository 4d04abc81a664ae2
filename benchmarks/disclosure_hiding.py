"""Hide small cells in the synthetic national tables: how many, how long, and what is found.

    python -m benchmarks.disclosure_hiding [--towns 47] [--youths 100000] [--first 6] [--seed 1]

The towns are those of `benchmarks.disclosure`; `--first` measures only so many of them, and Ctrl-C
stops with those that are done. Each town is printed when it is done. Beside it, in the same run and
on the same counts: hiding the small cells only, and one more per line. Every file is verified;
goals are printed with what was reached, or how far off.
"""

import argparse
import json
import random
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context

from benchmarks import disclosure_naive as naive
from benchmarks.disclosure import KEY, SMALL, tables
from pmg.disclosure.errors import DisclosureError
from pmg.disclosure.publish import publish
from pmg.disclosure.release import SUPPRESSION, Params
from pmg.disclosure.tables import Table
from pmg.disclosure.verify import Outcome, outcome, verify

HIDDEN_GOAL, SECONDS_GOAL = 20_000, 24.0
"""For 9,142 small cells of the national tables; seconds are of CPU, on two cores."""
SMALL_IN_GOAL, TOWNS = 9_142, 47


@dataclass(frozen=True)
class Town:
    """What was measured on one town; `refused` says why it was not protected."""

    name: str
    table: Table
    hidden: frozenset[int]
    worlds: int
    seconds: float
    seconds_verifying: float
    refused: str = ""


def measure(job: tuple[str, Table]) -> Town:
    """Hide and verify one town; stops when the file does not verify."""
    name, counted = job
    start = time.process_time()
    try:
        done = publish(counted, Params(name, method=SUPPRESSION), KEY)
    except DisclosureError as fault:
        return Town(name, counted, frozenset(), 0, time.process_time() - start, 0.0, str(fault))
    hidden_at = time.process_time()
    if outcome(verify(json.loads(done.as_bytes()))) != Outcome.GOOD:
        raise SystemExit(f"{name} does not verify")
    checked = time.process_time()
    values = done.release.values[0]
    return Town(
        name,
        counted,
        frozenset(at for at, value in enumerate(values) if value is None),
        len(done.worlds),
        hidden_at - start,
        checked - hidden_at,
    )


def attack(towns: Sequence[Town], *, each: int) -> None:
    """Attack small cells under every method by linear programs over the sums."""
    rng = random.Random(1)
    found: dict[str, list[int]] = {}
    attacked = 0
    for one in towns:
        part, counts = one.table.parts[0], one.table.counts[0]
        small = [at for at, count in enumerate(counts) if count in SMALL]
        cells = rng.sample(small, min(each, len(small)))
        attacked += len(cells)
        ways = {
            "threshold only": naive.threshold_only(part, counts),
            "one more per line": naive.one_more_per_line(part, counts),
            "ours": set(one.hidden),
        }
        for way, hidden in ways.items():
            widths = naive.widths(part, naive.hidden_bounds(counts, hidden), cells)
            total = found.setdefault(way, [0, 0, 0])
            for place, number in enumerate((len(hidden), *naive.recovered(widths))):
                total[place] += number
    print(f"\n{f'{attacked} small cells attacked':26}{'hidden':>10}{'exact':>10}{'below 4':>10}")
    for way, (hidden_, exact, near) in found.items():
        print(f"{way:26}{hidden_:>10}{exact / attacked:>10.1%}{near / attacked:>10.1%}")


def line(one: Town) -> str:
    """Say what was measured on one town."""
    counts = one.table.counts[0]
    return (
        f"{one.name}: {max(counts)} youths, {len(counts)} cells, "
        f"{sum(count in SMALL for count in counts)} small, {len(one.hidden)} hidden, "
        f"{one.worlds} worlds, {one.seconds:.1f} s CPU, "
        f"verified in {one.seconds_verifying:.2f} s {one.refused}"
    )


def report(towns: Sequence[Town], wall: float) -> None:
    """Print what was measured, and how far off the goals are."""
    good = [one for one in towns if not one.refused]
    if not good:
        return
    small = sum(count in SMALL for one in good for count in one.table.counts[0])
    hidden = sum(len(one.hidden) for one in good)
    seconds = sum(one.seconds for one in towns)
    share = len(towns) / TOWNS
    print(f"\n{len(good)} of {len(towns)} towns protected; {hidden} hidden for {small} small cells")
    for name, goal, reached in (
        ("hidden for each small cell", HIDDEN_GOAL / SMALL_IN_GOAL, hidden / small),
        ("hidden, for this part of the towns", HIDDEN_GOAL * share, hidden),
        ("s CPU with worlds, for this part", SECONDS_GOAL * share, seconds),
    ):
        verdict = "reached" if reached <= goal else f"{reached / goal:.1f} times"
        print(f"{name:38}{goal:10.2f}{reached:10.2f}  {verdict}")
    print("most time goes to whole-number worlds on the finest cells of linked tables")
    attack(good[:3], each=12)
    print(f"wall clock, two processes: {wall:.1f} s")


def main() -> None:
    """Measure the towns on two processes and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--towns", type=int, default=TOWNS)
    parser.add_argument("--youths", type=int, default=100_000)
    parser.add_argument("--first", type=int, help="only so many towns")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    jobs = list(tables(options.towns, options.youths, options.seed))[: options.first]
    start = time.perf_counter()
    towns = []
    deaf = get_context("spawn").Pool(2, signal.signal, (signal.SIGINT, signal.SIG_IGN))
    with deaf as pool, suppress(KeyboardInterrupt):
        for one in pool.imap_unordered(measure, jobs):
            towns.append(one)
            print(line(one), flush=True)
    report(sorted(towns, key=lambda one: one.name), time.perf_counter() - start)


if __name__ == "__main__":
    main()
