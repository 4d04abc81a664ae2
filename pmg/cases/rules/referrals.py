"""What a referral must say: who refers, why, and whether the youth was told."""

from datetime import date

from pmg.cases.rules.ages import check_not_future
from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled

SHORTEST_REASON = 20
SHORTEST_NOT_TOLD = 10


class ReferrerKind(Labelled):
    """Who refers a youth."""

    YOUTH_WORK = "jongerenwerk", "Jongerenwerk"
    SCHOOL = "school", "School of leerplicht"
    POLICE = "politie", "Politie"
    COMMUNITY_TEAM = "wijkteam", "Wijkteam of jeugdteam"
    PUBLIC_ORDER = "openbare_orde", "Gemeente: openbare orde en veiligheid"
    YOUTH_CARE = "jeugdhulp", "Jeugdhulp of zorg"
    JUSTICE = "justitie", "Justitie: OM, Raad, reclassering of Halt"
    CARE_SAFETY_HOUSE = "zvh", "Zorg- en Veiligheidshuis"
    HOUSING = "corporatie", "Woningcorporatie"
    PARENT = "ouder", "Ouder of verzorger"
    SELF = "jongere", "De jongere zelf"
    OTHER = "anders", "Iemand anders"


def case_number(year: int, sequence: int) -> str:
    """Return the number people use for a case: 'PMG-2026-0142'. It tells nothing of the youth."""
    return f"PMG-{year:04d}-{sequence:04d}"


def check_other(text: str, *, field: str = "other_because") -> str:
    """Return why this is not the youth who is known; raise Invalid when it says nothing."""
    reason = check_text(field, text)
    if len(reason) < SHORTEST_NOT_TOLD:
        raise Invalid(
            field,
            "Schrijf in een zin hoe u weet dat het iemand anders is: minstens %(least)d tekens.",
            least=SHORTEST_NOT_TOLD,
        )
    return reason


def check_reason(text: str, *, field: str = "reason") -> str:
    """Return the reason in words that can be said to the youth; raise Invalid when too short."""
    reason = check_text(field, text)
    if len(reason) < SHORTEST_REASON:
        raise Invalid(
            field,
            "Schrijf in een of twee zinnen waarom u de jongere aanmeldt: "
            "minstens %(least)d tekens.",
            least=SHORTEST_REASON,
        )
    return reason


def check_told(told_on: date | None, *, today: date, field: str = "told_on") -> date:
    """Return the day on which the youth was told; raise Invalid when it is missing or to come."""
    if told_on is None:
        raise Invalid(field, "Vul in op welke dag u het de jongere hebt verteld.")
    check_not_future(field, told_on, today=today)
    return told_on


def check_not_told(
    reason: str,
    tell_again_on: date | None,
    *,
    today: date,
) -> str:
    """Return why the youth was not told yet; raise Invalid without a reason or a later look.

    AVG art. 14(5) and 23 allow to wait only for a reason, so waiting has an end.
    """
    clean = check_text("not_told_reason", reason)
    if len(clean) < SHORTEST_NOT_TOLD:
        raise Invalid("not_told_reason", "Schrijf op waarom u het de jongere nog niet vertelt.")
    if tell_again_on is not None:
        check_tell_again(tell_again_on, today=today)
    return clean


def check_tell_again(on: date, *, today: date, field: str = "tell_again_on") -> None:
    """Raise Invalid when the day to look again has passed."""
    if on < today:
        raise Invalid(field, "Kies vandaag of een latere dag om dit opnieuw te bekijken.")


def check_referral_day(
    referred_on: date, birth_date: date, *, today: date, field: str = "referred_on"
) -> None:
    """Raise Invalid unless the youth was referred after birth and not in the future."""
    check_not_future(field, referred_on, today=today)
    if referred_on < birth_date:
        raise Invalid(field, "De aanmelding ligt voor de geboorte. Kijk beide datums na.")
