"""Dosage planned and delivered: vocabularies, checks and sums. Pure; it says nothing of causes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from pmg.catalogue.rules import LONGEST_ELEMENT, MOST_ELEMENTS, MOST_MINUTES, MOST_SESSIONS
from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.interventions.rules import CompletionResult
from pmg.reference.labelled import Labelled

SHORTEST_WORDS, WORDS_LIMIT = 10, 1000
LONGEST_YEARS = 5


class PlanState(Labelled):
    """How far one version of the planned dosage is."""

    DRAFT = "concept", "Concept"
    WAITING = "voorgelegd", "Wacht op goedkeuring"
    APPROVED = "goedgekeurd", "Goedgekeurd"


class Attendance(Labelled):
    """Whether a youth was there."""

    PRESENT = "er", "Er"
    ABSENT = "niet_er", "Niet er"
    EXCUSED = "afgezegd", "Afgezegd"


class Missed(Labelled):
    """Why it did not happen, or the youth was not there. Health is not asked."""

    WORKER = "begeleider_kon_niet", "De begeleider kon niet"
    TOO_FEW = "te_weinig_deelnemers", "Te weinig deelnemers"
    PLACE = "plek_niet_vrij", "De plek was niet vrij"
    BUSY = "andere_verplichting", "School, werk of thuis ging voor"
    TRAVEL = "kon_er_niet_komen", "De jongere kon er niet komen"
    UNWILLING = "wilde_niet", "De jongere wilde niet"
    FORGOTTEN = "vergeten", "Vergeten"
    NOT_REACHED = "niet_bereikt", "De jongere was niet te bereiken"
    NO_REASON = "geen_reden", "Er is geen reden gegeven"
    OTHER = "anders", "Een andere reden"


# Why a meeting as a whole did not take place; what only a youth can have as a reason is left out.
NOT_HELD = (
    Missed.WORKER,
    Missed.TOO_FEW,
    Missed.PLACE,
    Missed.BUSY,
    Missed.NOT_REACHED,
    Missed.OTHER,
)
NOT_THERE = (
    Missed.BUSY,
    Missed.TRAVEL,
    Missed.UNWILLING,
    Missed.FORGOTTEN,
    Missed.NOT_REACHED,
    Missed.NO_REASON,
    Missed.OTHER,
)


class PauseReason(Labelled):
    """Why a trajectory rests for a while."""

    YOUTH = "jongere", "De jongere vraagt erom"
    SCHOOL = "school_of_werk", "School, stage of werk"
    HOLIDAY = "vakantie", "Vakantie"
    AWAY = "elders", "De jongere verblijft tijdelijk elders"
    PROVIDER = "aanbieder", "De aanbieder kan tijdelijk niet"
    OTHER = "anders", "Een andere reden"


class Step(Labelled):
    """What happened to a trajectory, for the log of changes that both sides read."""

    WRITTEN = "doel_geschreven", "Doel in het trajectplan geschreven"
    DROPPED = "doel_weggehaald", "Doel uit het concept gehaald"
    AMENDING = "aanpassing_begonnen", "Aanpassing van het trajectplan begonnen"
    SUBMITTED = "voorgelegd", "Trajectplan ter goedkeuring voorgelegd"
    APPROVED = "goedgekeurd", "Trajectplan goedgekeurd"
    SENT_BACK = "teruggestuurd", "Trajectplan teruggestuurd"
    ASKED_AGAIN = "goedkeuring_gevraagd", "Nog eens om goedkeuring gevraagd"
    PLANNED = "gepland", "Bijeenkomst gepland"
    MOVED = "verzet", "Bijeenkomst verzet"
    CORRECTED = "verbeterd", "Verslag van een bijeenkomst verbeterd"
    PAUSE_ASKED = "pauze_gevraagd", "Om een pauze gevraagd"
    PAUSE_DENIED = "pauze_afgewezen", "Pauze niet gegeven"
    PAUSED = "gepauzeerd", "Traject gepauzeerd"
    RESUMED = "hervat", "Traject hervat"
    CONCERN = "zorg", "Zorg gemeld"
    CLOSED = "afgesloten", "Eindverslag gemaakt"
    STOPPED = "gestopt", "Voortijdig gestopt"


class Reached(Labelled):
    """What became of one goal."""

    REACHED = "bereikt", "Bereikt"
    PARTLY = "deels", "Deels bereikt"
    NOT_REACHED = "niet", "Niet bereikt"


@dataclass(frozen=True, slots=True)
class Dosage:
    """What is planned for one goal."""

    aim: str
    sessions: int
    minutes: int
    from_on: date
    until_on: date
    elements: tuple[str, ...] = ()
    plan_goal_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Went:
    """How one meeting went for one youth, as somebody told it."""

    happened: bool
    attendance: Attendance | None = None
    reason: Missed | None = None
    minutes: int | None = None
    elements: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One telling of how a meeting went; a later number takes the place of an earlier one."""

    gathering_id: UUID
    number: int
    went: Went


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a trajectory rests: from the first, up to the day it goes on."""

    from_on: date
    resumed_on: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether it rests on this day."""
        return self.from_on <= day and (self.resumed_on is None or day < self.resumed_on)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of a number of meetings: sums of what was told, and nothing more."""

    sessions: int = 0
    minutes: int = 0
    elements: Counter[str] = field(default_factory=Counter)
    missed: Counter[Missed] = field(default_factory=Counter)


def latest(told: Iterable[Told]) -> dict[UUID, Went]:
    """Return of each meeting what was told last, in whatever order it is given."""
    found: dict[UUID, Told] = {}
    for each in told:
        known = found.get(each.gathering_id)
        if known is None or known.number < each.number:
            found[each.gathering_id] = each
    return {gathering_id: each.went for gathering_id, each in found.items()}


def delivered(told: Iterable[Told]) -> Delivered:
    """Add up what was delivered: meetings that took place with the youth there.

    On which day it was, whether it was moved, and what rested in between, makes no difference.
    """
    found = Delivered()
    sessions = minutes = 0
    for went in latest(told).values():
        if went.happened and went.attendance is Attendance.PRESENT:
            sessions += 1
            minutes += went.minutes or 0
            found.elements.update(went.elements)
        elif went.reason is not None:
            found.missed[went.reason] += 1
    return Delivered(sessions, minutes, found.elements, found.missed)


def rests(pauses: Iterable[Pause], day: date) -> bool:
    """Tell whether the trajectory rests on this day."""
    return any(pause.covers(day) for pause in pauses)


def last_day(wanted: Dosage, pauses: Iterable[Pause], *, today: date) -> date:
    """Return the day on which the plan ends: each day of rest within it moves the end by one.

    A pause that goes on counts up to and including today.
    """
    rested = _rested(pauses, wanted.from_on, today=today)
    end, day = wanted.until_on, wanted.from_on
    while day <= end:
        if day in rested:
            end += timedelta(days=1)
        day += timedelta(days=1)
    return end


def expected(wanted: Dosage, pauses: Iterable[Pause], *, today: date) -> int:
    """Return how many meetings there would have been by today, evenly spread over the plan.

    Days of rest do not count against it.
    """
    rested = _rested(pauses, wanted.from_on, today=today)
    total = (wanted.until_on - wanted.from_on).days + 1
    past = (today - wanted.from_on).days + 1
    if past <= 0:
        return 0
    worked = past - sum(1 for day in rested if wanted.from_on <= day <= today)
    return wanted.sessions * max(0, min(total, worked)) // total


def _rested(pauses: Iterable[Pause], since: date, *, today: date) -> set[date]:
    days: set[date] = set()
    for pause in pauses:
        day, end = max(pause.from_on, since), pause.resumed_on or today + timedelta(days=1)
        while day < end:
            days.add(day)
            day += timedelta(days=1)
    return days


def check_dosage(wanted: Dosage) -> Dosage:
    """Return it clean; raise Invalid unless it says how much, when and what for."""
    aim = check_text("aim", wanted.aim)
    if len(aim) < SHORTEST_WORDS:
        raise Invalid("aim", "Schrijf in een zin op waar dit aan werkt.")
    _check_between("sessions", wanted.sessions, MOST_SESSIONS)
    _check_between("minutes", wanted.minutes, MOST_MINUTES)
    if wanted.until_on < wanted.from_on:
        raise Invalid("until_on", "Het einde ligt voor het begin. Kies een latere dag als einde.")
    if wanted.until_on.year - wanted.from_on.year > LONGEST_YEARS:
        raise Invalid(
            "until_on",
            "Een trajectplan duurt hoogstens %(years)d jaar. Kijk het jaar na.",
            years=LONGEST_YEARS,
        )
    return Dosage(
        aim=aim,
        sessions=wanted.sessions,
        minutes=wanted.minutes,
        from_on=wanted.from_on,
        until_on=wanted.until_on,
        elements=check_elements(wanted.elements),
        plan_goal_id=wanted.plan_goal_id,
    )


def check_elements(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of core elements, each once; raise Invalid when too long or too many."""
    found: dict[str, str] = {}
    for name in names:
        clean = check_text("elements", name, limit=LONGEST_ELEMENT)
        if clean:
            found.setdefault(clean.casefold(), clean)
    if len(found) > MOST_ELEMENTS:
        raise Invalid("elements", "Noem hoogstens %(most)d onderdelen.", most=MOST_ELEMENTS)
    return tuple(found.values())


def check_went(went: Went, *, on: date, offered: Iterable[str], today: date) -> Went:
    """Return it clean; raise Invalid unless it is whole: the questions that follow are answered."""
    words = check_text("words", went.words, limit=WORDS_LIMIT)
    if not went.happened:
        if went.reason not in NOT_HELD:
            raise Invalid("reason", "Kies waarom het niet doorging.")
        return Went(happened=False, reason=went.reason, words=words)
    if on > today:
        raise Invalid(
            "happened", "Deze dag moet nog komen. Leg het vast als de bijeenkomst geweest is."
        )
    if went.attendance is None:
        raise Invalid("attendance", "Kies of de jongere er was.")
    if went.attendance is Attendance.PRESENT:
        return _check_present(went, words, offered)
    if went.reason not in NOT_THERE:
        raise Invalid("reason", "Kies waarom de jongere er niet was.")
    return Went(happened=True, attendance=went.attendance, reason=went.reason, words=words)


def _check_present(went: Went, words: str, offered: Iterable[str]) -> Went:
    if went.minutes is None:
        raise Invalid("minutes", "Vul in hoeveel minuten het duurde.")
    _check_between("minutes", went.minutes, MOST_MINUTES)
    if not set(went.elements) <= set(offered):
        raise Invalid("elements", "Kies uit de onderdelen van het plan.")
    return Went(
        happened=True,
        attendance=Attendance.PRESENT,
        minutes=went.minutes,
        elements=went.elements,
        words=words,
    )


def check_reason(words: str, field: str = "words") -> str:
    """Return the clean words; raise Invalid when they say too little."""
    clean = check_text(field, words, limit=WORDS_LIMIT)
    if len(clean) < SHORTEST_WORDS:
        raise Invalid(
            field,
            "Schrijf in een zin op waarom: minstens %(least)d tekens.",
            least=SHORTEST_WORDS,
        )
    return clean


def result_of(outcomes: Iterable[Reached]) -> CompletionResult:
    """Return what a trajectory brought, as follows from its goals: all, none, or in part."""
    found = set(outcomes)
    if found == {Reached.REACHED}:
        return CompletionResult.REACHED
    if found <= {Reached.NOT_REACHED}:
        return CompletionResult.NOT_REACHED
    return CompletionResult.PARTLY_REACHED


def _check_between(field: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise Invalid(field, "Vul een heel getal in van 1 tot en met %(most)d.", most=most)
