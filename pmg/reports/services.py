"""What is done with reports: make one of the casework, and let one leave the house."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from pmg.disclosure.errors import Infeasible, Undecided, Unsafe
from pmg.disclosure.publish import Publication, Signer, publish
from pmg.disclosure.release import Params
from pmg.disclosure.tables import tabulate
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.reports import indicators, sources
from pmg.reports.indicators import WEIGHT, Template, Unit
from pmg.reports.models import ReportRelease
from pmg.reports.rules import Choice, Period, check_period, stored_period
from pmg.security import access, audit
from pmg.security.policy import Action


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a report is rounded and signed with. Its repr shows nothing."""

    rounding: bytes = field(repr=False)
    signer: Signer = field(repr=False)


@dataclass(frozen=True, slots=True)
class Made:
    """A report, and whether it was made now or had been made before."""

    release: ReportRelease
    is_new: bool


def make_report(choice: Choice, *, today: date, secrets: Secrets) -> Made:
    """Make the protected report of a period, or return the one that was made of it before.

    Days are rounded once: a second rounding of the same people, beside the first, would bring
    their true number nearer. So the same period gives the stored report, whatever has changed in
    the casework since, and a period that overlaps another is refused.
    Raises NotPermitted, and Invalid for the period or where no safe numbers exist; then nothing
    is kept.
    """
    desk = access.workplace()
    access.require(Action.REPORT_MAKE, desk)
    template = _template(choice.template_code)
    check_period(choice.period, today)
    _one_at_a_time(desk.municipality_id, template)
    earlier = _made_before(desk.municipality_id, template, choice.period)
    if earlier is not None:
        return Made(earlier, is_new=False)
    release = ReportRelease(
        municipality_id=desk.municipality_id,
        id=_id(desk.municipality_id, template, choice.period, secrets.rounding),
        template_code=template.code,
        template_version=template.version,
        period_from=choice.period.first,
        period_until=choice.period.until,
        document=_protected(template, choice.period, secrets).as_bytes().decode(),
        made_by=access.reader().user_id,
    )
    db.session.add(release)
    db.session.flush()
    audit.wrote(Action.REPORT_MAKE, release, release.id)
    return Made(release, is_new=True)


def take_out(release: ReportRelease) -> None:
    """Note that a report leaves the house.

    Raises NotPermitted; its code is `second_factor_stale` where a fresh code must be given first.
    """
    access.require(Action.REPORT_EXPORT, release)
    audit.wrote(Action.REPORT_EXPORT, release, release.id)


def _template(code: str) -> Template:
    found = indicators.latest().get(code)
    if found is None:
        raise Invalid("template", "Kies een rapport uit de lijst.")
    return found


def _one_at_a_time(municipality_id: str, template: Template) -> None:
    """Let a second maker of the same report wait until the first has committed."""
    name = f"report {municipality_id} {template.code}"
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _made_before(municipality_id: str, template: Template, period: Period) -> ReportRelease | None:
    """Return the report of exactly this period; refuse a period that overlaps another."""
    released = db.session.scalars(
        select(ReportRelease).where(
            ReportRelease.municipality_id == municipality_id,
            ReportRelease.template_code == template.code,
            ReportRelease.period_from < period.until,
            ReportRelease.period_until > period.first,
        )
    ).all()
    for release in released:
        if stored_period(release.period_from, release.period_until) == period:
            return release
    if released:
        other = stored_period(released[0].period_from, released[0].period_until)
        raise Invalid(
            "period",
            "Over %(first)s tot en met %(last)s is al een rapport gemaakt, en deze periode "
            "overlapt daarmee. Twee rapporten over dezelfde dagen kunnen samen verraden wat elk "
            "apart verbergt. Kies een periode die er helemaal voor of na ligt.",
            first=_in_numbers(other.first),
            last=_in_numbers(other.last),
        )
    return None


def _in_numbers(day: date) -> str:
    return f"{day.day}-{day.month}-{day.year}"


def _protected(template: Template, period: Period, secrets: Secrets) -> Publication:
    """Count and protect in one go: the true numbers live in this function only."""
    municipality_id = access.reader().municipality_id
    counted = tabulate(
        _records(sources.gather(period), municipality_id),
        template.specs(),
        template.hierarchies(municipality_id),
        weight=WEIGHT,
    )
    name = _name(municipality_id, template, period)
    try:
        return publish(
            counted,
            Params(name),
            _derived(secrets.rounding, "rounding", name),
            signer=secrets.signer,
            about=_about(template, period),
        )
    except (Infeasible, Undecided, Unsafe) as fault:
        raise Invalid(
            "period",
            "De aantallen over deze periode zijn niet veilig af te ronden. Er is niets bewaard. "
            "Kies een langere periode.",
        ) from fault


def _records(
    gathered: sources.Gathered, municipality_id: str
) -> Mapping[str, Iterable[Mapping[str, str | int]]]:
    return {
        Unit.YOUTHS: [
            indicators.youth_record(
                municipality_id=municipality_id,
                gender=group.gender,
                age=group.age,
                area=group.area,
                days=group.days,
            )
            | {WEIGHT: group.number}
            for group in gathered.youths
        ],
        Unit.TRAJECTORIES: [
            indicators.trajectory_record(
                intervention_code=group.intervention_code, ending=group.ending
            )
            | {WEIGHT: group.number}
            for group in gathered.trajectories
        ],
        Unit.FACTORS: [
            indicators.factor_record(
                factor_code=group.factor_code, first=group.first, last=group.last
            )
            | {WEIGHT: group.number}
            for group in gathered.factors
        ],
    }


def _about(template: Template, period: Period) -> dict[str, str]:
    """Write what the file says of itself; without a moment, so that it is made the same again."""
    reader = access.reader()
    return {
        "rapport": f"{template.title}, versie {template.version}",
        "gemeente": f"{reader.municipality_name} ({reader.municipality_id})",
        "eerste_dag": period.first.isoformat(),
        "laatste_dag": period.last.isoformat(),
        **{
            f"tabel {indicator.code}": f"{indicator.base} {indicator.definition}"
            for indicator in template.indicators
        },
    }


def _name(municipality_id: str, template: Template, period: Period) -> str:
    return f"{municipality_id} {template.code} {template.version} {period.first} {period.last}"


def _derived(key: bytes, purpose: str, name: str) -> bytes:
    return hmac.digest(key, f"{purpose} {name}".encode(), "sha256")


def _id(municipality_id: str, template: Template, period: Period, key: bytes) -> UUID:
    """Return one id for one period: the table cannot hold it twice."""
    name = _name(municipality_id, template, period)
    return UUID(bytes=_derived(key, "id", name)[:16], version=4)
