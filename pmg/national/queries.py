"""What the pages of the ministry show: who delivered, what is under way, and published figures."""

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import aliased

from pmg.accounts.queries import names
from pmg.definitions import shipped
from pmg.definitions.rules import Template
from pmg.definitions.store import fetch
from pmg.disclosure.national import Difference, LeftOut, National, read_national
from pmg.disclosure.release import Release, read_release
from pmg.errors import Gone
from pmg.extensions import db
from pmg.national import sources
from pmg.national.authentic import authentic_figures, authentic_import
from pmg.national.models import ImportedRelease, NationalDraft, NationalRelease, WaitingRelease
from pmg.national.rules import (
    AREAS,
    WITHOUT_AREAS,
    Change,
    Choice,
    State,
    alphabetic,
    national_dimensions,
    national_template,
    wanted,
)
from pmg.national.sources import Arrival
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.reports.queries import Report
from pmg.reports.rules import Period, Preset, preset_period, stored_period
from pmg.reports.wording import described
from pmg.security import access
from pmg.texts import to_translate, translated

_FIRST_CHOICE = "jaarrapportage"
_DIFFERS = {
    Difference.ABSENT: to_translate("%(place)s: de tabel ‘%(table)s’ staat niet in het rapport."),
    Difference.HIDDEN: to_translate(
        "%(place)s: in de tabel ‘%(table)s’ zijn getallen verborgen; die zijn niet op te tellen."
    ),
    Difference.SHAPE: to_translate("%(place)s: de tabel ‘%(table)s’ is anders opgebouwd."),
    Difference.MEANING: to_translate("%(place)s: de tabel ‘%(table)s’ telt iets anders."),
    Difference.CATEGORIES: to_translate(
        "%(place)s: de tabel ‘%(table)s’ heeft een andere indeling (%(about)s)."
    ),
}
_CHANGED = {
    Change.ADDED: to_translate("%(of)s leverde erbij."),
    Change.CORRECTED: to_translate("%(of)s leverde een nieuw rapport: %(reason)s"),
    Change.TABLE_IN: to_translate("De tabel ‘%(of)s’ is erbij."),
    Change.TABLE_OUT: to_translate("De tabel ‘%(of)s’ is eruit."),
}


@dataclass(frozen=True, slots=True)
class Overview:
    """Who delivered one report over one period, and who did not."""

    choice: Choice
    arrived: tuple[Arrival, ...]
    missing: tuple[str, ...]

    @property
    def places(self) -> int:
        """How many municipalities there are."""
        return len(self.arrived) + len(self.missing)


@dataclass(frozen=True, slots=True)
class Published:
    """One publication in the list."""

    id: UUID
    title: str
    period: Period
    approved_at: datetime
    number: int
    is_succeeded: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """One draft in the list of what waits for a second look."""

    id: UUID
    title: str
    period: Period
    made_at: datetime
    made_by: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key that waits to be compared: of which municipality, and for how many reports."""

    id: UUID
    place: str
    reports: int


def overview(choice: Choice) -> Overview:
    """Return who delivered these figures, by name of the municipality."""
    found = sources.newest(choice)
    arrived = sorted(found.values(), key=lambda one: alphabetic(one.name))
    return Overview(choice, tuple(arrived), tuple(_without(found)))


def _without(places: Container[str]) -> list[str]:
    names = [one.name for code, one in MUNICIPALITIES.items() if code not in places]
    return sorted(names, key=alphabetic)


def choices(today: date) -> list[Choice]:
    """Return which figures there can be: all that was delivered, and the days that just ended."""
    found = {one.choice for one in sources.arrivals()}
    for preset in (Preset.LAST_YEAR, Preset.LAST_QUARTER):
        period = preset_period(preset, today)
        assert period is not None
        found |= {Choice(code, period.first, period.last) for code in shipped.latest()}
    return sorted(found, key=lambda one: (one.last, one.first, one.template_code), reverse=True)


def first_choice(today: date) -> Choice:
    """Return what a page opens with: the newest that was delivered, or last quarter."""
    found = [one.choice for one in sources.arrivals()]
    if found:
        return max(found, key=lambda one: (one.last, one.first, one.template_code))
    period = preset_period(Preset.LAST_QUARTER, today)
    assert period is not None
    return Choice(_FIRST_CHOICE, period.first, period.last)


def title_of(code: str) -> str:
    """Return what a report is called, in Dutch; its code where there is none of that name."""
    found = shipped.latest().get(code)
    return found.title if found else code


def unknown_keys() -> list[UnknownKey]:
    """Return the keys that wait for someone to compare them, one line for each."""
    rows = db.session.execute(
        select(
            func.min(cast(WaitingRelease.id, Text)),
            WaitingRelease.sender_id,
            func.count(),
        )
        .where(WaitingRelease.municipality_id == access.reader().municipality_id)
        .group_by(WaitingRelease.sender_id, WaitingRelease.public_key)
        .order_by(WaitingRelease.sender_id)
    )
    return [UnknownKey(UUID(id_), MUNICIPALITIES[place].name, n) for id_, place, n in rows]


def waiting_beside(waiting: WaitingRelease) -> list[tuple[str, Period]]:
    """Return which reports wait for the same key: what they are called, and their days."""
    rows = db.session.scalars(
        select(WaitingRelease)
        .where(
            WaitingRelease.municipality_id == waiting.municipality_id,
            WaitingRelease.sender_id == waiting.sender_id,
            WaitingRelease.public_key == waiting.public_key,
        )
        .order_by(WaitingRelease.given_at)
    )
    return [_named(json.loads(row.document)) for row in rows]


def _named(document: dict[str, Any]) -> tuple[str, Period]:
    _place, code, _version, first, last, *_times = str(document["release"]["id"]).split(" ")
    return title_of(code), Period(date.fromisoformat(first), date.fromisoformat(last))


def drafts() -> list[Waiting]:
    """Return the drafts that wait for a second look, oldest first."""
    reader = access.reader()
    rows = db.session.scalars(
        select(NationalDraft)
        .where(
            NationalDraft.municipality_id == reader.municipality_id,
            NationalDraft.state == State.READY,
        )
        .order_by(NationalDraft.made_at)
    ).all()
    people = names({row.made_by for row in rows})
    return [
        Waiting(
            row.id,
            title_of(row.template_code),
            stored_period(row.period_from, row.period_until),
            row.made_at,
            people.get(row.made_by, ""),
            row.made_by == reader.user_id,
        )
        for row in rows
    ]


def publications() -> list[Published]:
    """Return what was published, newest first."""
    later, own = aliased(NationalRelease), access.reader().municipality_id
    rows = db.session.execute(
        select(
            NationalRelease.id,
            NationalRelease.template_code,
            NationalRelease.period_from,
            NationalRelease.period_until,
            NationalRelease.approved_at,
            NationalRelease.number,
            later.id.label("after"),
        )
        .outerjoin(
            later,
            (later.municipality_id == NationalRelease.municipality_id)
            & (later.succeeds == NationalRelease.id),
        )
        .where(NationalRelease.municipality_id == own)
        .order_by(NationalRelease.number.desc())
    )
    return [
        Published(
            row.id,
            title_of(row.template_code),
            stored_period(row.period_from, row.period_until),
            row.approved_at,
            row.number,
            row.after is not None,
        )
        for row in rows
    ]


def predecessor(item: NationalDraft | NationalRelease) -> NationalRelease | None:
    """Return what a draft or publication succeeds, if anything."""
    if item.succeeds is None:
        return None
    return db.session.get(NationalRelease, (item.municipality_id, item.succeeds))


def successor(item: NationalRelease) -> NationalRelease | None:
    """Return what took the place of a publication, if anything did."""
    return db.session.scalar(
        select(NationalRelease).where(
            NationalRelease.municipality_id == item.municipality_id,
            NationalRelease.succeeds == item.id,
        )
    )


def opened(item: NationalDraft | NationalRelease) -> Report:
    """Lay a draft or a publication out as a report.

    Raises Altered where a publication is not what was signed. A draft is not signed: it is computed
    again before it is.
    """
    document: dict[str, Any] = (
        authentic_figures(item)
        if isinstance(item, NationalRelease)
        else json.loads(item.document or "")
    )
    national = read_national(document["national"])
    template = shipped.SHIPPED[item.template_code, item.template_version]
    laid_out = national_template(template, [spec.name for spec in national.specs])
    return Report(
        id=item.id,
        template=laid_out,
        period=stored_period(item.period_from, item.period_until),
        made_at=item.made_at,
        document=document,
        release=national,
        dimensions=national_dimensions(laid_out, national.hierarchies),
    )


def figures_of(report: Report) -> National:
    """Return the national figures of a report that was laid out by `opened`."""
    assert isinstance(report.release, National)
    return report.release


def imported(item: ImportedRelease) -> Report | None:
    """Lay out a release that was taken in; None where only its municipality has the words.

    Raises Altered where it is not what was signed.
    """
    document = authentic_import(item)
    release = read_release(document["release"])
    template = _template(item, release)
    if template is None:
        return None
    return Report(
        id=item.id,
        template=template,
        period=stored_period(item.period_from, item.period_until),
        made_at=item.imported_at,
        document=document,
        release=release,
        dimensions=template.dimensions(item.sender_id),
    )


def _template(item: ImportedRelease, release: Release) -> Template | None:
    """Return the layout of a release, where its tables and areas are those of the product."""
    try:
        template = fetch(item.template_code, item.template_version, item.municipality_id)
    except Gone:
        return None
    known = {spec.name: spec for spec in release.specs}
    divisions = {one.dimension: one.categories for one in release.hierarchies}
    used = {axis.dimension for spec in template.specs() for axis in spec.axes}
    same = all(known.get(spec.name) == spec for spec in template.specs()) and all(
        divisions.get(one.dimension) == one.categories
        for one in template.hierarchies(item.sender_id)
        if one.dimension in used
    )
    return template if same else None


def differences(left_out: Iterable[LeftOut]) -> list[str]:
    """Say why tables are not in the sum, each municipality and table once."""
    return list(dict.fromkeys(map(_difference, left_out)))


def _difference(one: LeftOut) -> str:
    about = described(one.about, WITHOUT_AREAS) if one.about else None
    return translated(
        _DIFFERS[one.what],
        place=MUNICIPALITIES[one.place].name,
        table=table_title(one.table),
        about=translated(about.label).lower() if about else one.about,
    )


def table_title(code: str) -> str:
    """Return what a table is called, in the language of the reader."""
    for template in shipped.SHIPPED.values():
        for indicator in template.indicators:
            if indicator.code == code:
                return translated(indicator.title)
    return code


def changed(report: Report) -> list[str]:
    """Say what came in since the publication before, as it stands in the certificate."""
    return [_change(each) for each in report.certificate["changes"]]


def _change(each: dict[str, str]) -> str:
    what, of = Change(each["what"]), each["of"]
    name = MUNICIPALITIES[of].name if of in MUNICIPALITIES else table_title(of)
    return translated(_CHANGED[what], of=name, reason=each["reason"])


def missing_of(report: Report) -> list[str]:
    """Return the names of the municipalities that are not in these figures."""
    return _without({origin.place for origin in figures_of(report).origins})


def replaces_areas(report: Report) -> bool:
    """Tell whether a table shows municipalities where theirs show areas."""
    original = shipped.SHIPPED[report.template.code, report.template.version]
    kept = {spec.name for spec in figures_of(report).specs}
    specs: Sequence[Any] = wanted(original).specs
    return any(axis.dimension in AREAS for spec in specs if spec.name in kept for axis in spec.axes)


def place_name(code: str) -> str:
    """Return the name of a municipality."""
    return MUNICIPALITIES[code].name
