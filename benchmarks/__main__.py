"""The command: load, start, check, measure, and print each goal beside what was reached."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import inside, machine, pages, report
from benchmarks.gates import GateError
from benchmarks.load import tool
from benchmarks.rounds import Subject, measure
from benchmarks.servers import Server, postmaster
from benchmarks.sites import LOADED, USUAL, Site, site_of
from pmg.embedded import Cluster, start

USUAL_SIZES = (10_000, 100_000)
LARGEST = 1_000_000
RESULTS = Path(__file__).with_name("results")


@dataclass(slots=True)
class Options:
    """What was asked for on the command line."""

    sizes: list[int]
    rounds: int
    seconds: float
    data: Path | None


def options(arguments: list[str]) -> Options:
    """Read the command line; it explains itself with --help."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(USUAL_SIZES), metavar="CASES")
    parser.add_argument(
        "--full", action="store_true", help=f"also {LARGEST:,} cases: takes an hour"
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each page in each round")
    parser.add_argument("--data", type=Path, help="keep the databases here, for the next run")
    chosen = parser.parse_args(arguments)
    sizes = sorted({*chosen.sizes, LARGEST} if chosen.full else set(chosen.sizes))
    return Options(sizes, chosen.rounds, chosen.seconds, chosen.data)


def main(arguments: list[str]) -> int:
    """Measure; returns 1 when a check on correctness failed."""
    chosen = options(arguments)
    # Ending by SystemExit stops what was started: the servers and PostgreSQL.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))
    with ExitStack() as stack:
        folder = chosen.data or Path(stack.enter_context(_folder()))
        folder.mkdir(parents=True, exist_ok=True)
        cluster = start(folder / "postgres")
        stack.callback(cluster.stop)
        try:
            found = _run(chosen, cluster, folder, stack)
        except GateError as failure:
            print(f"\nNothing was measured that may be believed: {failure}", file=sys.stderr)
            return 1
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "last.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    print(report.table(found))
    return 0


@contextmanager
def _folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="pmg-bench-", ignore_cleanup_errors=True) as folder:
        yield folder


def _run(chosen: Options, cluster: Cluster, folder: Path, stack: ExitStack) -> dict[str, Any]:
    sites = [_load(cluster, folder, size) for size in chosen.sizes]
    described = machine.describe(tool(), (*machine.PRODUCT, *machine.PEER))
    within = {}
    for site in sites:
        print(f"Inside a process, {site.size:,} cases", flush=True)
        within[site.size] = inside.of(site)
    subjects = _subjects(sites, folder, stack)
    print(f"{len(subjects)} pages, {chosen.rounds} rounds of {chosen.seconds:g} s each")
    measure(
        subjects,
        rounds=chosen.rounds,
        seconds=chosen.seconds,
        postmaster=postmaster(cluster.place.data),
        told=lambda number: print(f"  round {number}", flush=True),
    )
    return {
        "machine": described | {"load afterwards": machine.load()},
        "rounds": chosen.rounds,
        "seconds": chosen.seconds,
        "sizes": chosen.sizes,
        "pages": {
            one.name: {
                "cpu": one.cpu,
                "database": one.database,
                "rate": one.rate,
                "p95": one.p95,
                "answered": one.answered,
            }
            for one in subjects
        },
        "inside": {str(size): figures for size, figures in within.items()},
    }


def _load(cluster: Cluster, folder: Path, size: int) -> Site:
    done = 0

    def told(number: int) -> None:
        nonlocal done
        done += number
        if done % 10_000 < number:
            print(f"  {done:,} of {size:,} cases", flush=True)

    print(f"Site of {size:,} cases", flush=True)
    return site_of(cluster, folder, size, told)


def _subjects(sites: list[Site], folder: Path, stack: ExitStack) -> list[Subject]:
    logs = folder / "logs"
    logs.mkdir(exist_ok=True)
    compared = max((one for one in sites if one.size <= LOADED), key=lambda one: one.size)
    subjects = pages.bare(compared, logs)
    for site in sites:
        site.open()
        at = pages.product(site, logs)
        subjects += pages.reading(at)
        if site is compared:
            subjects += [pages.long_list(at), pages.writing(at)]
    subjects += _peer(compared, logs)
    for server in {subject.server.name: subject.server for subject in subjects}.values():
        stack.callback(server.stop)
    return subjects


def _peer(site: Site, logs: Path) -> list[Subject]:
    environment = {
        "DJANGO_SETTINGS_MODULE": "benchmarks.peer.settings",
        "PEER_DATABASE_URL": site.superuser_url,
        "PEER_READER": str(USUAL.id),
    }
    prepared = subprocess.run(
        [sys.executable, "-m", "benchmarks.peer.prepare"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    server = Server("Django admin", "benchmarks.peer.wsgi:application", environment)
    server.start(logs)
    return pages.peer(site, server, prepared.stdout.split()[-1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
