"""What can go wrong when numbers are protected, each kind with a name of its own."""


class DisclosureError(Exception):
    """Anything that this package refuses to do; the message is Dutch and says what to change."""


class BadSpecification(DisclosureError):  # noqa: N818
    """A table or hierarchy that cannot mean what it says."""


class BadRecord(DisclosureError):  # noqa: N818
    """A record that misses a dimension or holds a code outside its hierarchy."""


class BadRelease(DisclosureError):  # noqa: N818
    """A release file that is not of the shape that it claims."""


class Infeasible(DisclosureError):  # noqa: N818
    """No protected numbers exist within the largest deviation allowed."""


class OnlyFractions(Infeasible):
    """Fractions would do, but no whole numbers; another step may still have them."""


class Undecided(DisclosureError):  # noqa: N818
    """The solver stopped before it knew; counts as unsafe everywhere."""


class Unsafe(DisclosureError):  # noqa: N818
    """The audit found a promise that does not hold."""
