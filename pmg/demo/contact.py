"""Contact with an invented youth: what was written of it, and what is planned from today on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Protocol

from pmg.clock import AMSTERDAM
from pmg.demo.chances import chance, weighted
from pmg.demo.people import Account
from pmg.journal.rules import AppointmentState, Kind

_MOST_DAYS = 120  # what is longer ago was written down elsewhere
_RUNNING = 3  # contact moments of a case that runs
_FIRST_HOUR, _LAST_HOUR = 9, 19
_QUARTERS = (0, 15, 30, 45)
_LENGTHS = (30, 45, 60, 60, 90)
_KINDS = {
    Kind.TALK: 30, Kind.STREET: 16, Kind.PHONE: 15, Kind.MESSAGE: 14, Kind.VISIT: 9,
    Kind.ELSEWHERE: 6, Kind.PARENTS: 5, Kind.NOT_REACHED: 5,
}  # fmt: skip
_WORDS = {
    Kind.TALK: (
        "We liepen een rondje. De jongere vertelde dat het overdag beter gaat dan 's avonds.",
        "Samen gekeken wat deze week lukte. Dat was meer dan vorige keer.",
        "De jongere wilde vooral vertellen over thuis. Volgende keer praten we verder over werk.",
        "Het gesprek ging stroef. Wel kwam er uit dat slapen slecht gaat.",
    ),
    Kind.STREET: (
        "Kwam ons tegen op het plein en bleef een kwartier praten, zonder vrienden erbij.",
        "Stond bij de groep, groette en liep daarna zelf weg.",
    ),
    Kind.PHONE: (
        "Belde zelf om te zeggen dat de afspraak van morgen lukt.",
        "Kort gebeld: alles rustig, de jongere was net klaar met eten.",
    ),
    Kind.MESSAGE: (
        "Stuurde een bericht dat het gesprek op de opleiding goed ging.",
        "Vroeg per app of we volgende week samen naar de sportclub gaan.",
    ),
    Kind.VISIT: (
        "Thuis gezeten met de jongere en een ouder. Er kwam thee en er werd gelachen.",
        "Het was druk in huis. We spraken af de volgende keer buiten te praten.",
    ),
    Kind.ELSEWHERE: (
        "Samen naar de intake geweest. De jongere stelde zelf vragen.",
        "Mee naar het gesprek over de dagbesteding. Er ligt nu een voorstel.",
    ),
    Kind.PARENTS: (
        "Een ouder belde: thuis is het rustiger dan een maand geleden.",
        "Met de ouders besproken wie de jongere 's ochtends helpt op te staan.",
    ),
    Kind.NOT_REACHED: ("Twee keer gebeld en een bericht gestuurd. Morgen weer.",),
}
_DISPUTES = (
    "Dat is niet hoe het ging. Ik was er wel, maar later.",
    "Ik heb dat niet zo gezegd. Ik zei dat ik erover nadenk.",
)
_PLACES = ("Buurthuis", "Bij de jongere thuis", "Op de opleiding", "Sportveld", "Ons kantoor")
_WHO = ("de jongere", "de jongere", "de jongere en een ouder", "de jongere en de mentor")
_WHY_NOT = ("Belde af: ziek.", "Niet te bereiken.", "Was het vergeten, zegt de jongere.")


@dataclass(frozen=True, slots=True)
class Moment:
    """One contact moment."""

    author: Account
    kind: Kind
    on: date
    clock: time | None
    words: str
    is_private: bool
    with_director: bool
    dispute: str | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """One appointment."""

    owner: Account
    starts_at: datetime
    minutes: int
    place: str
    with_whom: str
    state: AppointmentState
    why: str | None


class Told(Protocol):
    """The part of a story that is known before any contact."""

    director: Account
    triaged_on: date | None
    closed_on: date | None

    def taking_part(self, partner_code: str) -> Account | None:
        """Return the member of this kind of organisation, if there is one."""


def moments(rng: Random, story: Told, *, until: date) -> tuple[Moment, ...]:
    """Return what was written of contact since triage, up to a day, in order of time."""
    last = story.closed_on or until
    if story.triaged_on is None or story.triaged_on > last:
        return ()
    days = min(_MOST_DAYS, (last - story.triaged_on).days)
    # A case that runs is the one that people look into.
    count = 1 if story.closed_on else _RUNNING
    found = [_moment(rng, story, last - timedelta(days=rng.randint(0, days))) for _ in range(count)]
    return tuple(sorted(found, key=lambda one: one.on))


def meetings(rng: Random, story: Told, *, today: date) -> Iterator[Meeting]:
    """Return what is planned with a youth whose case runs: often this week, now and then today."""
    if story.triaged_on is None or story.closed_on is not None:
        return
    owner = _worker(story)
    if chance(rng, 30):
        ago = timedelta(days=rng.randint(1, 20))
        state = rng.choice((AppointmentState.MISSED, AppointmentState.CANCELLED))
        if today - ago > story.triaged_on:
            yield _meeting(rng, owner, today - ago, state)
    if chance(rng, 70):
        ahead = 0 if chance(rng, 20) else rng.randint(1, 12)
        yield _meeting(rng, owner, today + timedelta(days=ahead), AppointmentState.PLANNED)


def _worker(story: Told) -> Account:
    return story.taking_part("JONGERENWERK") or story.director


def _moment(rng: Random, story: Told, on: date) -> Moment:
    kind, author = weighted(rng, _KINDS), _worker(story)
    is_private = chance(rng, 35)
    with_director = not is_private and author is not story.director and chance(rng, 60)
    return Moment(
        author=author,
        kind=kind,
        on=on,
        clock=_clock(rng) if chance(rng, 70) else None,
        words=rng.choice(_WORDS[kind]),
        is_private=is_private,
        with_director=with_director,
        dispute=rng.choice(_DISPUTES) if with_director and chance(rng, 6) else None,
    )


def _meeting(rng: Random, owner: Account, on: date, state: AppointmentState) -> Meeting:
    begins = datetime.combine(on, _clock(rng), AMSTERDAM).astimezone(UTC)
    return Meeting(
        owner=owner,
        starts_at=begins,
        minutes=rng.choice(_LENGTHS),
        place=rng.choice(_PLACES),
        with_whom=rng.choice(_WHO),
        state=state,
        why=None if state is AppointmentState.PLANNED else rng.choice(_WHY_NOT),
    )


def _clock(rng: Random) -> time:
    return time(rng.randrange(_FIRST_HOUR, _LAST_HOUR), rng.choice(_QUARTERS))
