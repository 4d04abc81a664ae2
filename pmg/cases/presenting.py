"""Sentences and rows for the pages of cases, made from what was recorded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from pmg.cases import panels, rules
from pmg.cases.intake import Intake, Told
from pmg.cases.models import Case
from pmg.cases.panels import Entry, NextStep
from pmg.cases.queries import CaseFile, Header, opens
from pmg.reference.legal_bases import LEGAL_BASES, PURPOSES
from pmg.reference.municipalities import FOCUS_AREAS
from pmg.security import access
from pmg.security.policy import Action, Category
from pmg.texts import translated
from pmg.web.formats import day

Row = tuple[str, str | None]
_OTHER = _l("Iemand anders dan een jongere die bekend is, omdat")


@dataclass(frozen=True, slots=True)
class Section:
    """Some answers under one heading, with the field where changing them begins."""

    title: str
    first_field: str
    rows: list[Row]


def bar(header: Header) -> list[dict[str, str | None]]:
    """Return the status bar as the page draws it."""
    return [
        {"label": translated(step.name), "state": step.state, "on": _on(step)}
        for step in header.steps
    ]


def _on(step: rules.Step) -> str | None:
    """Return the day of a step: aftercare has a last day, every other step the day it was done."""
    if step.on is not None and step.name == rules.AFTERCARE_STEP:
        return str(_("tot en met %(day)s", day=day(step.on)))
    return day(step.on) or None


def answers(intake: Intake, *, with_bsn: bool) -> list[Section]:
    """Return the answers of a referral in words, to be checked before sending."""
    details = intake.details
    person: list[Row] = [
        (_("Naam"), f"{details.given_name} {details.family_name}"),
        (_("Geboortedatum"), day(details.birth_date)),
        (_("Hoe de jongere zich noemt"), details.gender.label),
        (_("Buurt of wijk"), details.area),
        (_("Focusgebied"), _focus_area(details.focus_area_code)),
    ]
    if with_bsn:
        person.insert(2, (_("Burgerservicenummer (BSN)"), details.bsn))
    return [
        Section(_("Over de jongere"), "given_name", person),
        Section(
            _("De aanmelding"),
            "reason",
            [
                (_("Reden"), intake.reason),
                (_("Soort informatie"), intake.reason_nature.label),
                (_("Aanmelder"), f"{intake.referrer_name}, {intake.referrer_kind.label}"),
                *_other_rows(intake.other_because),
            ],
        ),
        Section(
            _("Doel en grondslag"),
            "purpose",
            [
                (_("Doel van de zaak"), PURPOSES[details.purpose].name),
                (_("Wettelijke grondslag"), LEGAL_BASES[details.legal_basis].name),
            ],
        ),
        Section(_("Weet de jongere het?"), "told-0", _told_rows(intake.told)),
    ]


def _other_rows(because: str | None) -> list[Row]:
    return [(str(_OTHER), because)] if because else []


def _told_rows(told: Told) -> list[Row]:
    if told.on is not None:
        return [(_("Verteld op"), day(told.on))]
    return [
        (_("Nog niet verteld"), told.not_yet_because),
        (_("Opnieuw bekijken op"), day(told.look_again_on)),
    ]


def _focus_area(code: str | None) -> str:
    area = FOCUS_AREAS.get(code or "")
    return area.name if area else _("Geen focusgebied")


def key_facts(case: Case, file: CaseFile) -> list[Row]:
    """Return the facts beside the file."""
    identity = opens(case, Category.IDENTITY)
    director = file.names.get(case.director_id) if case.director_id else None
    rows: list[Row] = [
        (_("Casusregisseur"), director or _("Nog niet gekozen")),
        (_("Focusgebied"), _focus_area(case.focus_area_code)),
        (_("Doel"), _name(PURPOSES, case.purpose)),
        (_("Grondslag"), _name(LEGAL_BASES, case.legal_basis)),
        (
            _("Bewaren"),
            _("tot en met %(day)s", day=day(file.retention_until))
            if file.retention_until
            else _("zolang de zaak loopt"),
        ),
    ]
    if file.closure is not None and file.closure.aftercare_until is not None:
        rows.append((_("Nazorg"), _aftercare(file.aftercare_by, file.closure.aftercare_until)))
    if identity:
        rows[:0] = [
            (_("Geboortedatum"), day(file.youth.birth_date)),
            (_("Buurt of wijk"), file.youth.area),
        ]
    return rows


def _aftercare(by: str, until: date) -> str:
    last = day(until)
    if not by:
        return str(_("tot en met %(day)s", day=last))
    return str(_("%(organisation)s, tot en met %(day)s", organisation=by, day=last))


def _name(vocabulary: Any, code: str) -> str:
    return vocabulary[code].name if code in vocabulary else code


def referral_facts(file: CaseFile) -> list[Row]:
    """Return the referral: why, from whom, and whether the youth was told."""
    referral = file.referral
    if not opens(referral, Category.PLAN):
        return [(_("Aangemeld op"), day(referral.referred_on))]
    rows: list[Row] = [
        (_("Reden"), _kept(referral.reason)),
        (_("Soort informatie"), rules.Nature(referral.reason_nature).label),
        (
            _("Aanmelder"),
            f"{referral.referrer_name}, {rules.ReferrerKind(referral.referrer_kind).label}",
        ),
        (_("Aangemeld op"), day(referral.referred_on)),
    ]
    if referral.told:
        rows.append((_("De jongere weet het sinds"), day(referral.told_on)))
    else:
        rows.append((_("De jongere weet het nog niet"), _kept(referral.not_told_reason or "")))
    if referral.other_because_sealed is not None:
        rows.append((str(_OTHER), _kept(referral.other_because)))
    return rows


def _kept(text: str) -> Markup:
    """Return typed text with its line ends; every sign in it is escaped."""
    return Markup('<span class="pmg-kept-lines">{}</span>').format(text)


def timeline(case: Case, file: CaseFile) -> list[Entry]:
    """Return what happened, newest first; rooms above add their own lines."""
    found = [_referred(file), *_decided(file), *_closed(file), *panels.entries(case)]
    return sorted(found, key=lambda entry: entry.on)[::-1]


def decisions(file: CaseFile) -> list[Entry]:
    """Return what was decided about the case itself, oldest first."""
    return [*_decided(file), *_closed(file)]


def _by(file: CaseFile, on: date, user_id: Any) -> str:
    name = file.names.get(user_id)
    return f"{day(on)} · {name}" if name else day(on)


def _referred(file: CaseFile) -> Entry:
    referral = file.referral
    kind = rules.ReferrerKind(referral.referrer_kind).label
    meta = _by(file, referral.referred_on, referral.submitted_by)
    return Entry(referral.referred_on, _("Aanmelding door: %(kind)s", kind=kind), meta)


def _decided(file: CaseFile) -> Iterator[Entry]:
    row = file.triage
    if row is None:
        return
    text = row.motivation if opens(row, Category.PLAN) else ""
    title = _("Triage: %(outcome)s", outcome=rules.Outcome(row.outcome).label)
    yield Entry(row.decided_on, title, _by(file, row.decided_on, row.decided_by), text)


def _closed(file: CaseFile) -> Iterator[Entry]:
    row = file.closure
    if row is None:
        return
    text = row.motivation if opens(row, Category.PLAN) else ""
    title = _("Zaak afgesloten: %(result)s", result=rules.CloseResult(row.result).label)
    yield Entry(row.closed_on, title, _by(file, row.closed_on, row.closed_by), text)


# What can be done at each status: words, page and action; the page only when a room has it.
_STEPS = {
    rules.Status.REFERRED: (
        (_l("Beslissen in de triage"), "triage.decide", Action.CASE_TRIAGE),
        (_l("De procesregisseur beslist over de aanmelding"), "", None),
    ),
    rules.Status.PLANNING: (
        (_l("Waarneming vastleggen"), "factors.observe", Action.FACTOR_OBSERVE),
        (_l("Inzet zoeken"), "interventions.find", Action.INTERVENTION_FIND),
        (_l("Inzet kiezen en starten"), "", None),
    ),
    rules.Status.ACTIVE: (
        (_l("Waarneming vastleggen"), "factors.observe", Action.FACTOR_OBSERVE),
        (_l("Zaak afsluiten"), "cases.close", Action.CASE_CLOSE),
        (_l("De inzet loopt"), "", None),
    ),
}


def next_steps(case: Case, file: CaseFile) -> list[NextStep]:
    """Return what comes next, by day, with a link to what the reader may do now."""
    steps = _telling(case, file)
    for text, endpoint, action in _STEPS.get(file.header.status, ()):
        if action is None:
            steps += [] if any(step.url for step in steps) else [NextStep(str(text))]
        elif _is_open(endpoint, action, case):
            steps.append(NextStep(str(text), url_for(endpoint, id=case.id)))
    steps += panels.next_steps(case)
    if file.header.status is rules.Status.AFTERCARE:
        steps.append(NextStep(_("Nazorg loopt"), due=case.aftercare_until))
    if file.retention_until and not steps:
        steps.append(NextStep(_("Gegevens verwijderen na"), due=file.retention_until))
    return sorted(steps, key=lambda step: step.due or date.max)


def main_step(case: Case, file: CaseFile) -> NextStep | None:
    """Return what people mostly come for at this status, or None when the reader may not."""
    for text, endpoint, action in _STEPS.get(file.header.status, ())[:1]:
        if action is not None and _is_open(endpoint, action, case):
            return NextStep(str(text), url_for(endpoint, id=case.id))
    return None


def _is_open(endpoint: str, action: Action, case: Case) -> bool:
    return panels.has_page(endpoint) and access.may(action, case)


def _telling(case: Case, file: CaseFile) -> list[NextStep]:
    if file.referral.told or not file.header.status.is_open:
        return []
    telling = panels.has_page("informing.letter") and access.may(Action.YOUTH_INFORM, case)
    url = url_for("informing.letter", id=case.id) if telling else ""
    return [NextStep(_("De jongere vertellen van de aanmelding"), url, file.referral.tell_again_on)]


def explanations(organisation_type: str) -> dict[str, list[tuple[str, str]]]:
    """Return what each purpose and each legal basis means, for who has to choose."""
    return {
        "purposes": [(each.name, each.explanation) for each in PURPOSES.values()],
        "legal_bases": [
            (each.name, f"{each.explanation} ({each.article})")
            for each in LEGAL_BASES.values()
            if each.is_open_to(organisation_type)
        ],
    }
