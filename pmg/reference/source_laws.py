"""Laws that go along with what a source shared: the receiver does not pass it on or take it out."""

from pmg.reference.labelled import Labelled


class SourceLaw(Labelled):
    """A law by the category of data it governs; the label says to a receiver what it asks."""

    POLICE = "police", "Verstrekt door de politie onder de Wpg: niet verder delen"
    JUSTICE = "justice", "Verstrekt door justitie onder de Wjsg: niet verder delen"
    MEDICAL = "medical", "Verstrekt door de zorg onder de Wgbo: niet verder delen"


def of(category: str) -> SourceLaw | None:
    """Return the law that goes along with this category of data, if one does."""
    return SourceLaw(category) if category in set(SourceLaw) else None
