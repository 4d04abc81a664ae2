"""What is done with reports: ask for one, take it back, and let one leave the house."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy import func, select

from pmg.clock import now
from pmg.definitions.rules import Method, Template
from pmg.definitions.store import latest
from pmg.definitions.ties import BEGUN, DECIDED, YEARS
from pmg.definitions.vocabulary import KINDS, kind_of
from pmg.disclosure.errors import LedgerBroken
from pmg.disclosure.ledger import Ledger
from pmg.disclosure.release import Release
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.reports.authentic import authentic
from pmg.reports.beside import frozen
from pmg.reports.counting import about, counted
from pmg.reports.keys import own_keys
from pmg.reports.ledger import check_complete, ledger_of
from pmg.reports.models import ReportDelivery, ReportDraft, ReportRelease
from pmg.reports.overlapping import draft_beside, release_beside, wanted
from pmg.reports.previews import check_hiding, check_previews
from pmg.reports.reading import Order
from pmg.reports.rules import (
    OPEN,
    Choice,
    Period,
    State,
    chances,
    check_period,
    check_reason,
    in_numbers,
    population,
    stored_period,
)
from pmg.security import access, audit
from pmg.security.identity import MINISTRY
from pmg.security.policy import Action


@dataclass(frozen=True, slots=True)
class Asked:
    """What there is of a period: a draft under way, or the release that was made of it before."""

    draft: ReportDraft | None = None
    release: ReportRelease | None = None


def ask_report(choice: Choice, *, today: date) -> Asked:
    """Count a period, seal the counts, and leave them for the worker to protect.

    Days are counted once: a second report of the same people, beside the first, would bring their
    true number nearer. So the same period gives what there is of it, whatever has changed in the
    casework since, and a period that overlaps another is refused. To count it anew, see
    `ask_correction`. Raises NotPermitted, and Invalid for the period, a ledger that is broken, or
    too many reports that were not released.
    """
    desk = access.workplace()
    access.require(Action.REPORT_MAKE, desk)
    template = _template(choice.template_code)
    check_period(choice.period, today)
    one_at_a_time(desk.municipality_id)
    earlier = _made_before(desk.municipality_id, template, choice.period)
    if earlier is not None:
        return Asked(release=earlier)
    draft = _under_way(desk.municipality_id, template)
    if draft is not None:
        if stored_period(draft.period_from, draft.period_until) == choice.period:
            return Asked(draft=draft)
        raise _still_waiting("period")
    _check_alone(template, choice.period)
    return Asked(draft=_drafted(template, choice.period))


def ask_correction(release: ReportRelease, reason: str) -> Asked:
    """Count the period of a release anew: what comes of it succeeds the release.

    It is protected together with all earlier releases of the period. Raises NotPermitted, and
    Invalid without a reason, where it was succeeded already, where another draft waits, or where
    the version of now counts what a report over other days counts.
    """
    access.require(Action.REPORT_MAKE, release)
    one_at_a_time(release.municipality_id)
    template = _template(release.template_code)
    if db.session.scalar(
        select(ReportRelease.id).where(
            ReportRelease.municipality_id == release.municipality_id,
            ReportRelease.succeeds == release.id,
        )
    ):
        raise Invalid("reason", "Dit rapport is al opgevolgd. Open de opvolger.")
    if _under_way(release.municipality_id, template) is not None:
        raise _still_waiting("reason")
    period = stored_period(release.period_from, release.period_until)
    _check_correction(template, period)
    return Asked(draft=_drafted(template, period, succeeds=release, reason=_said(reason)))


def withdraw(draft: ReportDraft) -> None:
    """Take one's own draft back; what was computed of it is destroyed. Raises NotPermitted."""
    access.require(Action.REPORT_MAKE, draft)
    if draft.made_by != access.reader().user_id:
        raise Invalid("", "Alleen wie het rapport maakte, kan het intrekken.")
    if draft.state not in {*OPEN, State.FAILED, State.HELD}:
        raise Invalid("", "Over dit rapport is al besloten.")
    close(draft, State.WITHDRAWN, Action.REPORT_MAKE)


def close(draft: ReportDraft, state: State, action: Action, *, decision: str = "") -> None:
    """End a draft by a decision: nothing of what was counted or computed stays in it."""
    draft.state, draft.decision = state, decision
    draft.decided_by, draft.decided_at = access.reader().user_id, now()
    draft.counted_sealed = draft.document_sealed = None
    draft.held_sealed = draft.inside_sealed = None
    db.session.flush()
    audit.wrote(action, draft, draft.id)


def preview(draft: ReportDraft) -> None:
    """Note that somebody looks at protected numbers that nobody released. Raises NotPermitted."""
    access.require(Action.REPORT_SHOW, draft)
    audit.wrote(Action.REPORT_SHOW, draft, draft.id)


def take_out(release: ReportRelease) -> None:
    """Note that a report leaves the house.

    Raises NotPermitted; its code is `second_factor_stale` where a fresh code must be given first.
    """
    access.require(Action.REPORT_EXPORT, release)
    audit.wrote(Action.REPORT_EXPORT, release, release.id)


def deliver(release: ReportRelease) -> None:
    """Hand a release to the ministry: its readers see it from now on. Twice is once.

    Raises NotPermitted, whose code is `second_factor_stale` where a fresh code must be given first,
    and Altered where it is not what was signed.
    """
    access.require(Action.REPORT_DELIVER, release)
    authentic(release)
    one_at_a_time(release.municipality_id)
    if db.session.scalar(
        select(ReportDelivery.id).where(
            ReportDelivery.sender_id == release.municipality_id,
            ReportDelivery.release_id == release.id,
        )
    ):
        return
    delivery = ReportDelivery(
        municipality_id=MINISTRY,
        id=uuid4(),
        sender_id=release.municipality_id,
        release_id=release.id,
        entry_hash=release.entry_hash,
        delivered_by=access.reader().user_id,
    )
    db.session.add(delivery)
    db.session.flush()
    audit.wrote(Action.REPORT_DELIVER, release, release.id)


def sound_ledger(municipality_id: str) -> Ledger:
    """Read the ledger and check it whole; raises Invalid with what to do when it is not."""
    access.reader()
    try:
        ledger = ledger_of(municipality_id, keys=own_keys())
        check_complete(municipality_id, ledger)
    except LedgerBroken as fault:
        raise Invalid(
            "",
            "Het grootboek van uw gemeente klopt niet: er mist een rapport of er is iets aan "
            "veranderd. Er wordt niets vrijgegeven. Vraag de beheerder om een back-up terug te "
            "zetten.",
        ) from fault
    return ledger


def one_at_a_time(municipality_id: str) -> None:
    """Let a second one who works on reports of a municipality wait until the first committed."""
    access.reader()  # nobody waits, or lets others wait, without being at work
    name = f"report {municipality_id}"
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _said(reason: str) -> str:
    if not reason.strip():
        raise Invalid("reason", "Schrijf waarom het rapport opnieuw gemaakt wordt.")
    check_reason(reason)
    return reason.strip()


def _still_waiting(where: str) -> Invalid:
    return Invalid(
        where,
        "Er wacht nog een rapport van deze soort op een besluit. Laat een collega dat eerst "
        "goedkeuren of terugsturen, of trek het in.",
    )


def _template(code: str) -> Template:
    found = latest(access.reader().municipality_id).get(code)
    if found is None:
        raise Invalid("template", "Kies een rapport uit de lijst.")
    return found


def _under_way(municipality_id: str, template: Template) -> ReportDraft | None:
    return db.session.scalar(
        select(ReportDraft).where(
            ReportDraft.municipality_id == municipality_id,
            ReportDraft.template_code == template.code,
            ReportDraft.state.in_(OPEN),
        )
    )


def _made_before(municipality_id: str, template: Template, period: Period) -> ReportRelease | None:
    """Return the newest report of this kind of exactly this period, if one was made."""
    return db.session.scalars(
        select(ReportRelease)
        .where(
            ReportRelease.municipality_id == municipality_id,
            ReportRelease.template_code == template.code,
            ReportRelease.period_from == period.first,
            ReportRelease.period_until == period.until,
        )
        .order_by(ReportRelease.number.desc())
        .limit(1)
    ).one_or_none()


def _check_alone(template: Template, period: Period) -> None:
    """Refuse a period that overlaps another, of which the same is counted or will be."""
    counts = wanted(access.reader().municipality_id, template, period)
    if other := release_beside(counts):
        raise Invalid(
            "period",
            "Over %(first)s tot en met %(last)s is al een rapport gemaakt, en deze periode "
            "overlapt daarmee. Twee rapporten over dezelfde dagen kunnen samen verraden wat elk "
            "apart verbergt. Kies precies dezelfde dagen, of dagen die er helemaal voor of na "
            "liggen.",
            **_days(other),
        )
    if other := draft_beside(counts):
        raise Invalid(
            "period",
            "Er wacht nog een rapport over %(first)s tot en met %(last)s op een besluit, en deze "
            "periode overlapt daarmee. Van zulke rapporten kan er maar één worden goedgekeurd. "
            "Kies precies dezelfde dagen of dagen die er helemaal voor of na liggen, of trek het "
            "andere rapport eerst in.",
            **_days(other),
        )


def _check_correction(template: Template, period: Period) -> None:
    """Refuse a correction that counts more than before, where that was counted over other days."""
    counts = wanted(access.reader().municipality_id, template, period)
    if other := release_beside(counts) or draft_beside(counts):
        raise Invalid(
            "reason",
            "De versie van dit rapport die nu in gebruik is, telt iets wat ook een rapport over "
            "%(first)s tot en met %(last)s telt. Die dagen overlappen, en samen kunnen de twee "
            "verraden wat elk apart verbergt. Vraag de functioneel beheerder om een versie zonder "
            "die tabellen.",
            **_days(other),
        )


def _days(period: Period) -> dict[str, str]:
    return {"first": in_numbers(period.first), "last": in_numbers(period.last)}


def _check_divisions(earlier: Iterable[Release]) -> None:
    """Refuse days of which a division was shown that is no more: it would have to come along."""
    known = {*KINDS, YEARS, DECIDED, BEGUN}
    for hierarchy in (each for release in earlier for each in release.hierarchies):
        if kind_of(hierarchy.dimension) not in known:
            raise Invalid(
                "period",
                "Over deze dagen is al een rapport gemaakt dat naar ‘%(name)s’ telt. Die indeling "
                "bestaat niet meer. Daarom is er geen nieuw rapport over deze dagen te maken. Het "
                "rapport dat er is, blijft gelden.",
                name=hierarchy.dimension,
            )


def _drafted(
    template: Template,
    period: Period,
    *,
    succeeds: ReportRelease | None = None,
    reason: str = "",
) -> ReportDraft:
    check_previews()
    if template.method is Method.HIDE:
        check_hiding(period)
    reader = access.reader()
    people = population(reader.municipality_id, period)
    ledger = sound_ledger(reader.municipality_id)
    kind = f"{reader.municipality_id} {template.code} {template.version}"
    name = f"{kind} {period.first} {period.last}"
    earlier = ledger.about(people)
    _check_divisions(earlier)
    times = len(earlier)
    draft = ReportDraft(
        municipality_id=reader.municipality_id,
        id=uuid4(),
        template_code=template.code,
        template_version=template.version,
        period_from=period.first,
        period_until=period.until,
        population=people,
        succeeds=succeeds.id if succeeds else None,
        reason=reason,
        made_by=reader.user_id,
    )
    true = counted(template, period, ledger)
    order = Order(
        name=f"{name} {times + 1}" if times else name,
        about=about(template, period)
        | frozen(template, period)
        | ({"reden": reason} if reason else {}),
        table=true.table,
        # Tables of earlier reports come along: what was rounded to tens is not shown in fives now.
        base=max([template.base, *(one.base for one in earlier)]),
        providers=true.providers,
        method=template.method.engine,
        chances=chances(reader.municipality_id, period),
        own=tuple(spec.name for spec in template.specs()),
    )
    draft.counted = order.as_text()
    db.session.add(draft)
    db.session.flush()
    audit.wrote(Action.REPORT_MAKE, draft, draft.id)
    return draft
