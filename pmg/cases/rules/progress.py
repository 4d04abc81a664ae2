"""Where a case is: computed from what was recorded, never chosen by hand."""

from dataclasses import dataclass
from datetime import date

from pmg.cases.rules.ages import add_months, check_not_future
from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled
from pmg.texts import to_translate

DECLINED_MONTHS = 3
CLOSED_MONTHS = 24
LONGEST_AFTERCARE_MONTHS = 12
SHORTEST_MOTIVATION = 10


class Status(Labelled):
    """Where a case is; `order` never goes back as facts are added and days go by."""

    REFERRED = "aangemeld", "Wacht op triage"
    DECLINED = "afgewezen", "Niet opgenomen"
    PASSED_ON = "doorverwezen", "Doorverwezen"
    PLANNING = "plan", "Plan maken"
    ACTIVE = "inzet", "In uitvoering"
    AFTERCARE = "nazorg", "Nazorg"
    CLOSED = "afgesloten", "Afgesloten"

    @property
    def is_open(self) -> bool:
        """Whether work on the plan goes on: not declined, passed on, in aftercare or closed."""
        return self in {Status.REFERRED, Status.PLANNING, Status.ACTIVE}


class Outcome(Labelled):
    """What triage decides."""

    ACCEPT = "opnemen", "Opnemen in de aanpak"
    PASS_ON = "doorverwijzen", "Doorverwijzen naar andere hulp"
    DECLINE = "afwijzen", "Niet opnemen"


class CloseResult(Labelled):
    """How a case ended."""

    REACHED = "doel_bereikt", "Doel bereikt"
    PARTLY_REACHED = "deels_bereikt", "Doel deels bereikt"
    NOT_REACHED = "niet_bereikt", "Doel niet bereikt"
    YOUTH_STOPPED = "gestopt_door_jongere", "De jongere stopte zelf"
    HANDED_OVER = "overgedragen", "Overgedragen aan een andere organisatie"
    MOVED = "verhuisd", "Verhuisd naar een andere gemeente"
    TOO_OLD = "leeftijd", "Te oud voor de aanpak"
    DIED = "overleden", "Overleden"


class DaytimeActivity(Labelled):
    """What the youth does by day when the case closes."""

    SCHOOL = "school", "School of opleiding"
    WORK = "werk", "Werk"
    SCHOOL_AND_WORK = "school_en_werk", "School en werk"
    DAY_ACTIVITY = "dagbesteding", "Dagbesteding of traject"
    NOTHING = "geen", "Geen school, werk of dagbesteding"
    DETAINED = "detentie", "In detentie"
    UNKNOWN = "onbekend", "Niet bekend"


class StepState(Labelled):
    """How far a step of the bar is."""

    DONE = "done", "klaar"
    SKIPPED = "skipped", "niet gedaan"
    CURRENT = "current", "nu"
    AHEAD = "todo", "nog te doen"


@dataclass(frozen=True, slots=True)
class Facts:
    """What was recorded about the way of a case."""

    referred_on: date
    triaged_on: date | None = None
    triage_outcome: str | None = None
    first_intervention_on: date | None = None
    closed_on: date | None = None
    aftercare_until: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the status bar in Dutch, with the day on which it was done."""

    name: str
    state: StepState
    on: date | None = None


_REFERRAL = to_translate("Aanmelding")
_TRIAGE = to_translate("Triage")
_WORK = to_translate("Plan en inzet")
_CLOSING = to_translate("Afsluiting")
AFTERCARE_STEP = to_translate("Nazorg")
_NOT_ACCEPTED = {Outcome.DECLINE: Status.DECLINED, Outcome.PASS_ON: Status.PASSED_ON}


def status(facts: Facts, today: date) -> Status:
    """Compute the status on a day. Aftercare lasts up to and including its last day."""
    if facts.closed_on is not None:
        in_aftercare = facts.aftercare_until is not None and today <= facts.aftercare_until
        return Status.AFTERCARE if in_aftercare else Status.CLOSED
    if facts.triage_outcome is None:
        return Status.REFERRED
    outcome = Outcome(facts.triage_outcome)
    if outcome is not Outcome.ACCEPT:
        return _NOT_ACCEPTED[outcome]
    return Status.PLANNING if facts.first_intervention_on is None else Status.ACTIVE


def steps(facts: Facts, today: date) -> tuple[Step, ...]:
    """Return the status bar: at most one current step, with everything before it behind it.

    Behind it is done; only a case that closed without any intervention skipped that step.
    """
    now = status(facts, today)
    referred = Step(_REFERRAL, StepState.DONE, facts.referred_on)
    if now in {Status.DECLINED, Status.PASSED_ON}:
        return (
            referred,
            Step(_TRIAGE, StepState.DONE, facts.triaged_on),
            Step(now.dutch, StepState.DONE, facts.triaged_on),
        )
    bar = (
        referred,
        _step(_TRIAGE, now, Status.REFERRED, facts.triaged_on),
        _work(now, facts.first_intervention_on),
        _step(_CLOSING, now, Status.ACTIVE, facts.closed_on, never_current=True),
    )
    if facts.aftercare_until is None:
        return bar
    return (*bar, _step(AFTERCARE_STEP, now, Status.AFTERCARE, facts.aftercare_until))


def retention_until(facts: Facts) -> date | None:
    """Return the last day on which a finished case may be kept; None while it is not finished.

    Three months after a case was declined or passed on, two years after it was closed or
    its aftercare ended.
    """
    if facts.closed_on is not None:
        return add_months(max(facts.closed_on, facts.aftercare_until or date.min), CLOSED_MONTHS)
    if facts.triaged_on is not None and facts.triage_outcome != Outcome.ACCEPT:
        return add_months(facts.triaged_on, DECLINED_MONTHS)
    return None


def check_still_kept(facts: Facts, field: str, *, today: date) -> None:
    """Raise Invalid about `field` when the case is finished and its retention has passed."""
    until = retention_until(facts)
    if until is not None and until < today:
        raise Invalid(
            field,
            "Deze gegevens mochten tot en met %(day)s worden bewaard. Haal deze rij weg.",
            day=f"{until:%d-%m-%Y}",
        )


def check_triage(facts: Facts, on: date, *, motivation: str, today: date) -> str:
    """Return the clean motivation of a triage decision; raise Invalid when it cannot be taken."""
    check_triage_day(facts, on, today=today)
    return check_motivation(motivation)


def check_triage_day(facts: Facts, on: date, *, today: date) -> None:
    """Raise Invalid when triage cannot decide on this referral, or could not on this day."""
    if facts.triaged_on is not None or facts.closed_on is not None:
        raise Invalid("outcome", "Over deze aanmelding is al besloten. Ververs de pagina.")
    check_not_future("decided_on", on, today=today)
    if on < facts.referred_on:
        raise Invalid("decided_on", "Het besluit ligt voor de aanmelding. Kies een latere dag.")


def check_closure(
    facts: Facts, on: date, *, motivation: str, aftercare_until: date | None, today: date
) -> str:
    """Return the clean motivation of a closure; raise Invalid when the case cannot be closed."""
    if not status(facts, today).is_open or facts.triaged_on is None:
        raise Invalid("result", "Alleen een zaak die loopt kan worden afgesloten.")
    check_not_future("closed_on", on, today=today)
    if on < max(facts.triaged_on, facts.first_intervention_on or date.min):
        raise Invalid(
            "closed_on", "De afsluiting ligt voor het begin van de aanpak. Kies een latere dag."
        )
    if aftercare_until is not None:
        check_aftercare(on, aftercare_until)
    return check_motivation(motivation)


def _work(now: Status, first_on: date | None) -> Step:
    if first_on is None and now.order > Status.ACTIVE.order:
        return Step(_WORK, StepState.SKIPPED)
    return _step(_WORK, now, Status.ACTIVE, first_on)


def _step(
    name: str, now: Status, current_at: Status, on: date | None, *, never_current: bool = False
) -> Step:
    if now.order > current_at.order:
        return Step(name, StepState.DONE, on)
    if never_current or not _is_current(now, current_at):
        return Step(name, StepState.AHEAD)
    return Step(name, StepState.CURRENT, on)


def _is_current(now: Status, step: Status) -> bool:
    return now is step or (now is Status.PLANNING and step is Status.ACTIVE)


def check_motivation(text: str) -> str:
    """Return the clean motivation of a decision; raise Invalid when it says too little."""
    motivation = check_text("motivation", text)
    if len(motivation) < SHORTEST_MOTIVATION:
        raise Invalid(
            "motivation",
            "Leg in een of twee zinnen uit waarom u dit besluit: minstens %(least)d tekens.",
            least=SHORTEST_MOTIVATION,
        )
    return motivation


def check_aftercare(closed_on: date, until: date) -> None:
    """Raise Invalid unless aftercare ends after the closing, within a year."""
    latest = add_months(closed_on, LONGEST_AFTERCARE_MONTHS)
    if until < closed_on:
        raise Invalid("aftercare_until", "De nazorg eindigt voor de afsluiting. Kies later.")
    if until > latest:
        raise Invalid(
            "aftercare_until",
            "Nazorg duurt hoogstens een jaar: kies een dag tot en met %(day)s.",
            day=f"{latest:%d-%m-%Y}",
        )
