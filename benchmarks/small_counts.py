"""The peer of controlled rounding: the R package SmallCountRounding of Statistics Norway."""

import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from pmg.disclosure.tables import Part

_SCRIPT = Path(__file__).with_suffix(".R")


def missing() -> str:
    """Say what is not installed here, or nothing."""
    if not shutil.which("Rscript"):
        return "R is not here"
    asked = ["Rscript", "-e", "library(SmallCountRounding)"]
    found = subprocess.run(asked, capture_output=True, check=False)
    return "" if found.returncode == 0 else "the R package SmallCountRounding is not here"


def rounded(part: Part, records: Iterable[Mapping[str, str]]) -> tuple[float, list[int]]:
    """Round one town: seconds of CPU, and the number of each cell of the part.

    It changes how many youths are alike in all dimensions, so that no published cell holds 1 to 4.
    """
    units = Counter(tuple(record[name] for name in part.dimensions) for record in records)
    marks = [
        (row, cell + 1)
        for row, codes in enumerate(units, start=1)
        for cell in sorted(part.covering(codes))
    ]
    rows, cells = zip(*marks, strict=True)
    given = (len(units), len(part.cells), len(marks), *rows, *cells, *units.values())
    done = subprocess.run(
        ["Rscript", str(_SCRIPT)],
        input=" ".join(map(str, given)),
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, *values = map(float, done.stdout.split())
    return seconds, [round(value) for value in values]
