"""The way of one task: offered, accepted, done; or refused, withdrawn, ended with its case."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from pmg.cases.rules import add_months
from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled
from pmg.tasks.rules.series import Rhythm, Series, check_series

LATEST_MONTHS = 24
SHORTEST_WHAT = 5
SHORTEST_REASON = 5
WHAT_LIMIT = 500
REASON_LIMIT = 1000


class State(Labelled):
    """Where a task is."""

    OFFERED = "aangeboden", "Wacht op antwoord"
    ACCEPTED = "aangenomen", "Aangenomen"
    DONE = "gedaan", "Gedaan"
    REFUSED = "geweigerd", "Geweigerd"
    WITHDRAWN = "ingetrokken", "Ingetrokken"
    LAPSED = "vervallen", "Vervallen met de zaak"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something for it."""
        return self in {State.OFFERED, State.ACCEPTED}


class Step(Labelled):
    """What can happen to a task; its history is a row of these."""

    GIVEN = "gegeven", "Gegeven"
    ACCEPTED = "aangenomen", "Aangenomen"
    REFUSED = "geweigerd", "Geweigerd"
    DONE = "gedaan", "Gedaan"
    WITHDRAWN = "ingetrokken", "Ingetrokken"
    MOVED = "verzet", "Andere dag"
    HANDED_OVER = "overgedragen", "Overgedragen"
    LAPSED = "vervallen", "Vervallen met de zaak"


class Origin(Labelled):
    """What a task comes from."""

    OWN = "los", "Los gegeven"
    PLAN = "plan", "Plan van aanpak"
    MEETING = "overleg", "Casusoverleg"


@dataclass(frozen=True, slots=True)
class Source:
    """The row of another room that a task comes from: which kind of row, and its id."""

    origin: Origin
    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Wanted:
    """A task as somebody gives it: what, by whom, by when, and how often."""

    what: str
    owner_id: UUID
    due_on: date
    rhythm: Rhythm = Rhythm.ONCE
    until: date | None = None
    times: int | None = None
    source: Source | None = field(default=None)

    @property
    def series(self) -> Series:
        """The days on which it is to be done."""
        return Series(self.due_on, self.rhythm, self.until, self.times)


# From where each step can be taken. One who took a task may still give it back with a reason.
_FROM = {
    Step.ACCEPTED: {State.OFFERED},
    Step.REFUSED: {State.OFFERED, State.ACCEPTED},
    Step.DONE: {State.ACCEPTED},
    Step.WITHDRAWN: {State.OFFERED, State.ACCEPTED},
    Step.MOVED: {State.OFFERED, State.ACCEPTED},
    Step.HANDED_OVER: {State.OFFERED, State.ACCEPTED, State.REFUSED},
    Step.LAPSED: {State.OFFERED, State.ACCEPTED},
}


def can(step: Step, state: State) -> bool:
    """Tell whether this can happen to a task that is there."""
    return state in _FROM.get(step, set())


def check_step(step: Step, state: State) -> None:
    """Raise Invalid unless this can happen to a task that is there."""
    if can(step, state):
        return
    if state is State.OFFERED:
        raise Invalid("task", "Neem de taak eerst aan.")
    raise Invalid(
        "task", "Dit kan niet meer. De stand van deze taak is: %(state)s.", state=state.label
    )


def check_wanted(wanted: Wanted, *, today: date) -> str:
    """Return the clean sentence; raise Invalid unless the task can be given."""
    what = check_text("what", wanted.what, limit=WHAT_LIMIT)
    if len(what) < SHORTEST_WHAT:
        raise Invalid("what", "Schrijf in een zin op wat er moet gebeuren.")
    check_due(wanted.due_on, today=today)
    check_series(wanted.series)
    return what


def check_due(due_on: date, *, today: date) -> None:
    """Raise Invalid unless the day is today or later, within two years."""
    if due_on < today:
        raise Invalid("due_on", "Deze dag is al geweest. Kies vandaag of een latere dag.")
    if due_on > add_months(today, LATEST_MONTHS):
        raise Invalid("due_on", "Deze dag ligt meer dan twee jaar vooruit. Kijk het jaar na.")


def check_reason(words: str) -> str:
    """Return the clean reason; raise Invalid when it says too little."""
    reason = check_text("words", words, limit=REASON_LIMIT)
    if len(reason) < SHORTEST_REASON:
        raise Invalid("words", "Schrijf in een zin op waarom.")
    return reason


def check_remark(words: str) -> str:
    """Return a clean sentence that may be left out."""
    return check_text("words", words, limit=REASON_LIMIT)


def is_late(state: State, due_on: date, *, today: date) -> bool:
    """Tell whether its day has gone by and it was not done."""
    return state.is_open and due_on < today
