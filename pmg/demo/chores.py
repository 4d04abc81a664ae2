"""Which tasks people have in an invented case: some to do, some late, some waiting, some done."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Protocol
from uuid import UUID

from pmg.demo.chances import chance, generator, weighted
from pmg.demo.people import Account
from pmg.tasks.rules import Rhythm, State

_SENTENCES = (
    "Bel de ouders en spreek een dag af om kennis te maken.",
    "Vraag bij de mentor na hoe het rooster van volgende week eruitziet.",
    "Loop samen binnen bij het buurthuis en kijk wat er te doen is.",
    "Zoek uit welke sportclub plek heeft en wat het kost.",
    "Help met het maken van een cv en een brief.",
    "Plan een gesprek met school, de ouders en de jongere samen.",
    "Stuur de uitnodiging voor het gesprek over het plan.",
    "Vraag na of de wachtlijst korter is geworden.",
    "Ga mee naar het eerste gesprek bij de aanbieder.",
    "Bespreek met de jongere hoe de afgelopen week ging.",
)
_SAID = (
    "Het gesprek was goed. Er is een nieuwe afspraak gemaakt.",
    "Gedaan, zoals we hadden afgesproken.",
    "De ouders waren er ook bij.",
)
_WEEKLY = "Bel elke week even om te vragen hoe het gaat."
_STATES = {State.ACCEPTED: 55, State.OFFERED: 20, State.DONE: 25}
_SHORTEST = timedelta(days=2)
_MOST, _LONGEST_AGO, _SHORTEST_AGO, _TIMES = 3, 20, 3, 8


class Told(Protocol):
    """A case as far as its tasks need it."""

    case_id: UUID
    director: Account
    members: dict[UUID, tuple[Account, date]]
    triaged_on: date | None


@dataclass(frozen=True, slots=True)
class Chore:
    """One task: what, from whom to whom, from when until when, and how it went."""

    what: str
    given_by: Account
    owner: Account
    given_on: date
    due_on: date
    state: State
    rhythm: Rhythm = Rhythm.ONCE
    times: int | None = None
    ended_on: date | None = None
    words: str | None = None

    @property
    def is_own(self) -> bool:
        """Whether somebody gave it to himself, so that there was nothing to answer."""
        return self.owner.id == self.given_by.id

    @property
    def accepted_on(self) -> date | None:
        """The day on which its owner took it."""
        waits = self.is_own or self.state is State.OFFERED
        return None if waits else self.given_on + timedelta(days=1)


def chores(story: Told, *, until: date) -> tuple[Chore, ...]:
    """Return the tasks of a case that runs, told up to a day.

    It draws for itself, so that nothing else of the demo moves.
    """
    if story.triaged_on is None or (until - story.triaged_on).days < _SHORTEST_AGO:
        return ()
    rng = generator("chores", story.case_id)
    sentences = rng.sample(_SENTENCES, rng.randint(1, _MOST))
    return tuple(_chore(rng, story, what, story.triaged_on, until) for what in sentences)


def _chore(rng: Random, story: Told, what: str, since: date, until: date) -> Chore:
    ago = min(rng.randint(_SHORTEST_AGO, _LONGEST_AGO), (until - since).days)
    given_on = until - timedelta(days=ago)
    there = [account for account, on in story.members.values() if on <= given_on]
    owner = rng.choice(there or [story.director])
    state = weighted(rng, _STATES)
    if owner.id == story.director.id and state is State.OFFERED:
        state = State.ACCEPTED
    if state is State.DONE:
        ended_on = given_on + timedelta(days=rng.randint(2, ago))
        due_on = max(given_on + _SHORTEST, ended_on + timedelta(days=rng.randint(-2, 5)))
        words = rng.choice(_SAID) if chance(rng, 60) else None
        return Chore(
            what, story.director, owner, given_on, due_on, state, ended_on=ended_on, words=words
        )
    due_on = max(given_on + _SHORTEST, until + timedelta(days=rng.randint(-6, 15)))
    if state is State.ACCEPTED and chance(rng, 15):
        weekly = Rhythm.WEEKLY
        return Chore(_WEEKLY, story.director, owner, given_on, due_on, state, weekly, _TIMES)
    return Chore(what, story.director, owner, given_on, due_on, state)
