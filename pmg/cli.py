"""The command `pmg`. Who only checks a file loads nothing but the standard library."""

import sys


def main() -> None:
    """Run one command and end with its exit code; all but disclosure control are in `commands`."""
    if sys.argv[1:2] == ["disclosure"]:
        from pmg.disclosure.__main__ import main as disclose  # noqa: PLC0415

        sys.exit(disclose(sys.argv[2:]))
    from pmg.commands import main as command  # noqa: PLC0415 - loads the whole application

    command()
