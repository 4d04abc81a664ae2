"""The plan of an invented case: goals, who agreed, and looking back; told up to a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Protocol
from uuid import UUID

from pmg.action_plans.rules import (
    Contents,
    FactorThen,
    GoalEnding,
    GoalFound,
    GoalState,
    GoalThen,
    Means,
    Outcome,
    Party,
    Verdict,
    may_stand_with_goal,
    needed,
)
from pmg.cases.rules import age_on
from pmg.demo import phrases
from pmg.demo.chances import chance, generator, weighted
from pmg.demo.chores import Chore
from pmg.demo.course import Sighting
from pmg.demo.people import Account
from pmg.demo.themes import Theme
from pmg.demo.trajectories import Work
from pmg.reference.factors import FACTORS
from pmg.tasks.rules import State

_EVERY = timedelta(days=91)
_MOST_GOALS, _MOST_REVIEWS = 3, 6
_FOR_A_GOAL = (
    "Samen langs bij de mentor om afspraken te maken.",
    "Een proefles regelen en de eerste keer meegaan.",
    "Een gesprek met de ouders plannen over de regels thuis.",
    "Samen een weekrooster maken.",
    "Kijken welke cursus of baan past.",
)
_YOUTH = (
    "Ik weet dat het beter kan, maar alleen lukt het me niet.",
    "Iedereen zegt wat ik moet. Nu heb ik zelf gekozen.",
    "Als ik bezig ben, denk ik minder aan de rest.",
    "Ik wil dat mijn moeder zich geen zorgen maakt.",
    "Vroeger ging dit goed. Dat wil ik terug.",
)
_STEPS = (
    "Ik zet mijn wekker en leg mijn telefoon ver weg.",
    "Ik app als iets niet lukt.",
    "Ik ga er elke week heen, ook als ik geen zin heb.",
    "Ik zeg het als ik boos word en loop even weg.",
)
_NO = (
    "Ik vind dit te veel tegelijk.",
    "Dit doel is van jullie, niet van mij.",
    "Eerst wil ik weten wie dit allemaal leest.",
)
_SAID = ("Zo is het goed.", "Hier wil ik voor gaan.", "")
_FOUND = (
    "Het gaat vaker goed dan in het begin.",
    "De ene week lukt het, de andere week niet.",
    "Het is even stil geweest door de vakantie.",
)
_WHY = {
    Outcome.CONTINUE: ("Het plan past nog. We gaan zo door.",),
    Outcome.ADJUST: ("Er is een doel bij gekomen waar de jongere zelf om vroeg.",),
    Outcome.SCALE_UP: ("Er is meer steun nodig om het vol te houden.",),
    Outcome.SCALE_DOWN: ("Het kan met minder afspraken in de week.",),
    Outcome.CLOSE: ("Het gaat goed. We werken toe naar afsluiten.",),
}
_OUTCOMES = {
    Outcome.CONTINUE: 55,
    Outcome.ADJUST: 25,
    Outcome.SCALE_DOWN: 12,
    Outcome.SCALE_UP: 8,
}


class Told(Protocol):
    """A case as far as its plan needs it."""

    case_id: UUID
    birth_date: date
    age: int
    theme: Theme
    director: Account
    triaged_on: date | None
    closed_on: date | None
    work: tuple[Work, ...]
    sightings: tuple[Sighting, ...]

    def taking_part(self, partner_code: str) -> Account | None:
        """Return the member of this kind of organisation, if there is one."""

    def row_id(self, what: object) -> UUID:
        """Return the id of a row under the case, by what it is."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal: what the youth wants, says and does, and how it ended."""

    id: UUID
    aim: str
    words: str
    own_steps: str
    factors: tuple[str, ...]
    begun_on: date
    action: Chore | None = None
    ended_on: date | None = None
    ending: GoalEnding | None = None
    end_words: str | None = None

    def then(self) -> GoalThen:
        """Return it as a version that is agreed keeps it."""
        return GoalThen(
            id=str(self.id),
            text=self.aim,
            words=self.words,
            own_steps=self.own_steps,
            factors=self.factors,
            ending=self.ending.value if self.ending else "",
            ended_on=f"{self.ended_on:%Y-%m-%d}" if self.ended_on else "",
            end_words=self.end_words or "",
        )

    def reached(self, on: date, words: str) -> "Goal":
        """Return it as it ended."""
        return replace(self, ended_on=on, ending=GoalEnding.REACHED, end_words=words)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one of them answered to a version."""

    party: Party
    verdict: Verdict
    means: Means
    on: date
    words: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version; without `agreed_on` it is a draft, and then the last."""

    number: int
    begun_on: date
    answers: tuple[Answer, ...]
    agreed_on: date | None = None
    contents: Contents | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A day to look back; without `held_on` it is still to come, or late."""

    planned_on: date
    made_on: date
    held_on: date | None = None
    outcome: Outcome | None = None
    words: str | None = None
    found: tuple[GoalFound, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """The whole plan of one case, and who writes it down."""

    by: Account
    goals: tuple[Goal, ...]
    versions: tuple[Version, ...]
    reviews: tuple[Review, ...]

    @property
    def latest(self) -> date:
        """The day on which something of it was last recorded."""
        days = [each.agreed_on or each.begun_on for each in self.versions]
        days += [each.on for version in self.versions for each in version.answers]
        days += [each.held_on or each.made_on for each in self.reviews]
        days += [each.ended_on or each.begun_on for each in self.goals]
        return max(days)


def plan_of(story: Told, *, until: date) -> Planned | None:
    """Return the plan of a case, told up to a day; most that run have one.

    It draws for itself, so that nothing else of the demo moves.
    """
    if story.triaged_on is None:
        return None
    rng = generator("plan", story.case_id)
    begun_on = story.triaged_on + timedelta(days=rng.randint(3, 16))
    told_until = min(until, story.closed_on or until)
    if begun_on > told_until or chance(rng, 10):
        return None
    return _Teller(rng, story, told_until).tell(begun_on)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells the plan of one case up to a day."""

    rng: Random
    story: Told
    until: date

    def tell(self, begun_on: date) -> Planned:
        """Return the plan as it was begun on a day, agreed and looked back on."""
        by = self.story.taking_part("JONGERENWERK") or self.story.director
        seen = dict.fromkeys(each.factor for each in self.story.sightings)
        possible = [code for code in (*seen, *self.story.theme.factors) if self._fits(code)]
        # One for each part of life, else two goals would read the same.
        by_domain = {FACTORS[code].domain: code for code in reversed(possible)}
        chosen = list(by_domain.values())[: self.rng.randint(1, _MOST_GOALS)]
        goals = tuple(self._goal(by, code, begun_on) for code in chosen)
        first = self._version(goals, 1, begun_on)
        plan = Planned(by, goals, (first,), ())
        return self._looked_back(plan, first.agreed_on) if first.agreed_on else plan

    def _fits(self, code: str) -> bool:
        factor = FACTORS[code]
        return may_stand_with_goal(factor) and factor.fits_age(self.story.age)

    def _goal(self, by: Account, code: str, begun_on: date) -> Goal:
        rng, aim = self.rng, phrases.goal(self.rng, FACTORS[code].domain, self.story.age)
        return Goal(
            id=self.story.row_id(f"goal {code} {begun_on}"),
            aim=aim,
            words=rng.choice(_YOUTH),
            own_steps=rng.choice(_STEPS) if chance(rng, 70) else "",
            factors=(code,),
            begun_on=begun_on,
            action=self._action(by, begun_on),
        )

    def _action(self, by: Account, begun_on: date) -> Chore | None:
        """Return what somebody does for a goal, in a case that runs."""
        rng = self.rng
        if self.story.closed_on is not None or not chance(rng, 70):
            return None
        due_on = begun_on + timedelta(days=rng.randint(10, 60))
        ended_on = due_on if due_on <= self.until and chance(rng, 85) else None
        state = State.DONE if ended_on else State.ACCEPTED
        return Chore(rng.choice(_FOR_A_GOAL), by, by, begun_on, due_on, state, ended_on=ended_on)

    def _version(self, goals: Sequence[Goal], number: int, begun_on: date) -> Version:
        """Return a version, agreed some days later by who is needed; else it is a draft."""
        rng = self.rng
        on = begun_on + timedelta(days=rng.randint(0, 9))
        if on > self.until or chance(rng, 12):
            return Version(number, begun_on, ())
        parties = needed(age_on(self.story.birth_date, on))
        if chance(rng, 7):
            no = Answer(Party.YOUTH, Verdict.DISAGREES, Means.IN_PERSON, on, rng.choice(_NO))
            return Version(number, begun_on, (no,))
        if len(parties) > 1 and chance(rng, 6):
            return Version(number, begun_on, (self._yes(parties[0], on),))
        answers = tuple(self._yes(party, on) for party in parties)
        return Version(number, begun_on, answers, on, Contents(tuple(g.then() for g in goals)))

    def _yes(self, party: Party, on: date) -> Answer:
        means = Means.IN_PERSON if party is Party.YOUTH else self.rng.choice(tuple(Means))
        return Answer(party, Verdict.AGREES, means, on, self.rng.choice(_SAID) or None)

    def _looked_back(self, plan: Planned, since: date) -> Planned:
        """Let the days to look back come, until the last is still to come or was let go by."""
        planned_on, made_on = since + _EVERY, since
        for _turn in range(_MOST_REVIEWS):
            held_on = planned_on + timedelta(days=self.rng.randint(0, 12))
            if held_on > self.until or chance(self.rng, 12) or not plan.versions[-1].agreed_on:
                break
            plan = self._held(plan, Review(planned_on, made_on), made_on, held_on)
            made_on, planned_on = held_on, held_on + _EVERY
        if self.story.closed_on is not None:
            return plan
        return replace(plan, reviews=(*plan.reviews, Review(planned_on, made_on)))

    def _held(self, plan: Planned, review: Review, since: date, on: date) -> Planned:
        open_goals = [goal for goal in plan.goals if goal.ending is None]
        # One at most is reached at a time, and one at least goes on.
        reached = open_goals[-1] if len(open_goals) > 1 and chance(self.rng, 25) else None
        outcome, words = weighted(self.rng, _OUTCOMES), self.rng.choice(_FOUND)
        found = tuple(
            self._found(goal, GoalState.REACHED if goal is reached else self._state(), since, on)
            for goal in open_goals
        )
        goals = tuple(goal.reached(on, words) if goal is reached else goal for goal in plan.goals)
        told = Review(review.planned_on, since, on, outcome, self.rng.choice(_WHY[outcome]), found)
        plan = replace(plan, goals=goals, reviews=(*plan.reviews, told))
        return self._adjusted(plan, on) if outcome is Outcome.ADJUST else plan

    def _state(self) -> GoalState:
        return GoalState.STUCK if chance(self.rng, 25) else GoalState.UNDER_WAY

    def _found(self, goal: Goal, state: GoalState, since: date, on: date) -> GoalFound:
        action = goal.action
        is_done = action is not None and action.ended_on is not None and action.ended_on <= on
        what = (action.what,) if action else ()
        factors = tuple(
            FactorThen(code, self._last(code, since), self._last(code, on)) for code in goal.factors
        )
        words, done = self.rng.choice(_FOUND), what if is_done else ()
        return GoalFound(goal.aim, state.value, words, factors, done, () if is_done else what)

    def _last(self, code: str, on: date) -> str:
        seen = [each for each in self.story.sightings if each.factor == code and each.on <= on]
        return seen[-1].presence.value if seen else ""

    def _adjusted(self, plan: Planned, on: date) -> Planned:
        """Add a goal that the youth asked for; the next version is agreed, or still a draft."""
        known = {FACTORS[code].domain for goal in plan.goals for code in goal.factors}
        helps = filter(self._fits, self.story.theme.protective)
        others = [code for code in helps if FACTORS[code].domain not in known]
        if not others:
            return plan
        goals = (*plan.goals, self._goal(plan.by, self.rng.choice(others), on))
        version = self._version(goals, len(plan.versions) + 1, on)
        return replace(plan, goals=goals, versions=(*plan.versions, version))
