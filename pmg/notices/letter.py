"""What a mail of the day says: that there is something, how much, and where. Pure.

Never what, and never about whom: not a name, not a number of a case, not a day.
"""

from dataclasses import dataclass

SUBJECT_NEWS = "Er is iets nieuws voor u in Samen Vooruit"
SUBJECT_REMINDER = "Er is een herinnering voor u in Samen Vooruit"
_FRAME = """\
Goedemorgen,

{parts}

In deze mail staat met opzet niet waar het over gaat. Wilt u deze mail niet meer? Dat zet u uit bij
Berichten, Instellingen.

Antwoord niet op deze mail: niemand leest dit adres.
"""


@dataclass(frozen=True, slots=True)
class Digest:
    """What there is for one person: unread messages or not, and how much is due or late."""

    has_news: bool
    reviews_soon: int = 0
    reviews_late: int = 0
    tasks_soon: int = 0
    tasks_late: int = 0


def subject(digest: Digest) -> str:
    """Return what stands above the mail."""
    return SUBJECT_NEWS if digest.has_news else SUBJECT_REMINDER


def body(digest: Digest, address: str) -> str:
    """Return the text of the mail; `address` is that of the application."""
    reviews = [
        _counted(
            digest.reviews_soon,
            "U hebt 1 terugblik die binnen een week moet gebeuren.",
            "U hebt {} terugblikken die binnen een week moeten gebeuren.",
        ),
        _counted(
            digest.reviews_late, "Er is 1 terugblik te laat.", "Er zijn {} terugblikken te laat."
        ),
    ]
    tasks = [
        _counted(
            digest.tasks_soon,
            "U hebt 1 taak die binnen een week af moet zijn.",
            "U hebt {} taken die binnen een week af moeten zijn.",
        ),
        _counted(digest.tasks_late, "Er is 1 taak te laat.", "Er zijn {} taken te laat."),
    ]
    news = ["Er is iets nieuws voor u in Samen Vooruit."] if digest.has_news else []
    parts = [
        _part(news, "Log in om het te lezen:", f"{address}/berichten"),
        _part(reviews, "Ze staan op Vandaag:", f"{address}/vandaag"),
        _part(tasks, "Uw taken:", f"{address}/taken"),
    ]
    return _FRAME.format(parts="\n\n".join(part for part in parts if part))


def _counted(count: int, one: str, more: str) -> str:
    if count == 0:
        return ""
    return one if count == 1 else more.format(count)


def _part(sentences: list[str], lead: str, link: str) -> str:
    said = [sentence for sentence in sentences if sentence]
    return "\n".join([*said, lead, "", link]) if said else ""
