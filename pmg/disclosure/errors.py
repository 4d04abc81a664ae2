"""What can go wrong when numbers are protected, each kind with a name of its own."""

from collections.abc import Sequence

from pmg.disclosure.findings import Finding


class DisclosureError(Exception):
    """Anything that this package refuses to do; the message is Dutch and says what to change."""


class BadSpecification(DisclosureError):  # noqa: N818
    """A table or hierarchy that cannot mean what it says."""


class BadRecord(DisclosureError):  # noqa: N818
    """A record that misses a dimension or holds a code outside its hierarchy."""


class BadRelease(DisclosureError):  # noqa: N818
    """A release file that is not of the shape that it claims."""


class BadText(BadRelease, ValueError):  # noqa: N818
    """A text that is no JSON of ours, or that no page or terminal can show."""


class Infeasible(DisclosureError):  # noqa: N818
    """No protected numbers exist within the largest deviation allowed."""


class OnlyFractions(Infeasible):
    """Fractions would do, but no whole numbers; another step may still have them."""


class Undecided(DisclosureError):  # noqa: N818
    """The solver stopped before it knew; counts as unsafe everywhere."""


class Stopped(DisclosureError):  # noqa: N818
    """Who asked for it wants no more of it: nothing was found, and nothing is safe."""


class Unsafe(DisclosureError):  # noqa: N818
    """The audit found a promise that does not hold."""


class LedgerBroken(DisclosureError):  # noqa: N818
    """A ledger in which an entry was changed, moved or left out."""


class ReleaseHeld(DisclosureError):  # noqa: N818
    """Together with earlier releases this one would narrow a protected cell.

    There is no way to publish anyway: wait for more data, merge categories or drop a table.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(
            f"{findings[0].text} (en {len(findings) - 1} meer). Wacht op meer gegevens, voeg "
            "categorieën samen of laat een tabel weg."
        )
        self.findings = tuple(findings)
