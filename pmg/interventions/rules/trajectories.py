"""The way of one intervention for one youth: proposed, started, completed or stopped."""

from dataclasses import dataclass
from datetime import date

from pmg.errors import Invalid
from pmg.reference.labelled import Labelled

LONGEST_YEARS = 5


class TrajectoryState(Labelled):
    """Where a trajectory is, computed from its dates."""

    PROPOSED = "voorgesteld", "Voorgesteld"
    STARTED = "gestart", "Gestart"
    COMPLETED = "afgerond", "Afgerond"
    STOPPED = "gestopt", "Gestopt"

    @property
    def is_open(self) -> bool:
        """Whether it can still start or end."""
        return self in {TrajectoryState.PROPOSED, TrajectoryState.STARTED}


class CompletionResult(Labelled):
    """What a completed intervention brought."""

    REACHED = "doel_bereikt", "Doel bereikt"
    PARTLY_REACHED = "deels_bereikt", "Doel deels bereikt"
    NOT_REACHED = "niet_bereikt", "Doel niet bereikt"


class StopReason(Labelled):
    """Why an intervention stopped before its end, or never began."""

    YOUTH = "jongere_wil_niet", "De jongere wil niet (meer)"
    PARENTS = "ouders_willen_niet", "De ouders willen niet (meer)"
    NO_FIT = "past_niet", "Past toch niet"
    OTHER_HELP = "andere_inzet", "Iets anders past beter"
    NO_PLACE = "geen_plek", "Geen plek bij de aanbieder"
    PROVIDER = "aanbieder_stopt", "De aanbieder stopt"
    REFUSED = "aanbieder_weigert", "De aanbieder nam niet aan"
    MOVED = "verhuisd", "De jongere verhuisde"
    DETAINED = "detentie", "De jongere zit vast"
    NOT_NEEDED = "niet_meer_nodig", "Niet meer nodig"
    CASE_CLOSED = "zaak_afgesloten", "De zaak is afgesloten"
    OTHER = "anders", "Een andere reden"


# What follows from something else: nobody picks it when he stops.
NOT_PICKED = frozenset({StopReason.REFUSED, StopReason.CASE_CLOSED})


class FundingReason(Labelled):
    """Why the stream of money is changed afterwards."""

    MISTAKEN = "verkeerd_gekozen", "Bij het inzetten is de verkeerde gekozen"
    NOT_KNOWN = "niet_bekend", "Het was nog niet bekend"
    PAID_ANEW = "anders_betaald", "De plek wordt nu anders betaald"


@dataclass(frozen=True, slots=True)
class Course:
    """The dates of a trajectory; `ending` is 'afgerond' or 'gestopt'."""

    planned_start: date
    planned_end: date
    started_on: date | None = None
    ended_on: date | None = None
    ending: str | None = None


def state(course: Course) -> TrajectoryState:
    """Compute the state: it ended in some way, or it started, or it is a proposal."""
    if course.ending is not None:
        return TrajectoryState(course.ending)
    return TrajectoryState.PROPOSED if course.started_on is None else TrajectoryState.STARTED


def check_planned(planned_start: date, planned_end: date) -> None:
    """Raise Invalid unless the plan ends on or after its start, within five years."""
    if planned_end < planned_start:
        raise Invalid(
            "planned_end", "Het einde ligt voor het begin. Kies een latere dag als einde."
        )
    if planned_end.year - planned_start.year > LONGEST_YEARS:
        raise Invalid(
            "planned_end",
            "Een inzet duurt hoogstens %(years)d jaar. Kijk het jaar na.",
            years=LONGEST_YEARS,
        )


def check_start(course: Course, on: date, *, not_before: date, today: date) -> None:
    """Raise Invalid unless a proposed trajectory can have started on this day.

    `not_before` is the day the youth was taken into the programme.
    """
    if state(course) is not TrajectoryState.PROPOSED:
        raise Invalid("started_on", "Deze inzet is al gestart of al beëindigd. Ververs de pagina.")
    _check_been("started_on", on, today=today)
    if on < not_before:
        raise Invalid(
            "started_on", "De start ligt voor het besluit van de triage. Kies een latere dag."
        )


def check_completion(course: Course, on: date, *, today: date) -> None:
    """Raise Invalid unless a started trajectory can have been completed on this day."""
    if state(course) is TrajectoryState.PROPOSED:
        raise Invalid("ended_on", "Deze inzet is nog niet gestart. Leg eerst de start vast.")
    _check_end(course, on, today=today)


def check_stop(course: Course, on: date, *, today: date) -> None:
    """Raise Invalid unless a proposed or started trajectory can have stopped on this day."""
    _check_end(course, on, today=today)


def check_reason(reason: StopReason) -> None:
    """Raise Invalid for a reason that follows from something else."""
    if reason in NOT_PICKED:
        raise Invalid("reason", "Deze reden kiest het programma zelf. Kies een andere.")


def _check_end(course: Course, on: date, *, today: date) -> None:
    if not state(course).is_open:
        raise Invalid("ended_on", "Deze inzet is al beëindigd. Ververs de pagina.")
    _check_been("ended_on", on, today=today)
    if course.started_on is not None and on < course.started_on:
        raise Invalid("ended_on", "Het einde ligt voor de start. Kies een latere dag.")


def _check_been(field: str, on: date, *, today: date) -> None:
    if on > today:
        raise Invalid(field, "Deze dag moet nog komen. Kies vandaag of een dag die al geweest is.")
