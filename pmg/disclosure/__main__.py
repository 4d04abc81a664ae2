"""The commands of disclosure control: `python -m pmg.disclosure verify FILE`, and the others.

Checking a file loads the standard library alone; the others load a solver.
"""

import sys
from collections.abc import Sequence

from pmg.disclosure import verify


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns 0, 1 where it refused or found something, or a code of `verify`."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] == ["verify"]:
        return verify.main(given[1:])
    from pmg.disclosure import commands  # noqa: PLC0415 - loads a solver

    return commands.main(given)


if __name__ == "__main__":
    sys.exit(main())
