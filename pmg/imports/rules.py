"""Judges a row of a caseload list: a case to open, or what to mend in which column."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from pmg.cases import rules as cases
from pmg.imports.cells import Cells, Problem
from pmg.imports.newcase import NewCase, Seen
from pmg.imports.reading import Value
from pmg.imports.wording import (
    DECISIONS,
    GENDERS,
    NATURES,
    REFERRERS,
    STATUSES,
    YES_NO,
    focus_area_words,
    legal_basis_words,
    purpose_words,
)
from pmg.reference.legal_bases import LEGAL_BASES, PURPOSES, LegalBasis, Purpose
from pmg.reference.municipalities import FocusArea


@dataclass(frozen=True, slots=True)
class Context:
    """What a row is judged against: the day, the round's ages, and the municipality's words."""

    today: date
    focus_areas: Iterable[FocusArea] = ()
    ages: cases.AgeBounds = cases.DEFAULT_AGES
    partner_code: str | None = None
    legal_bases: Mapping[str, LegalBasis] = field(default_factory=lambda: LEGAL_BASES)
    purposes: Mapping[str, Purpose] = field(default_factory=lambda: PURPOSES)
    default_purpose: str = "VOORKOMEN"


@dataclass(frozen=True, slots=True)
class Judged:
    """One row of the list with its verdict: `case`, or else what is wrong."""

    row: int
    values: tuple[Value, ...]
    case: NewCase | None
    problems: tuple[Problem, ...]


def check_rows(
    rows: Iterable[tuple[int, tuple[Value, ...]]],
    mapping: Mapping[int, str],
    context: Context,
    *,
    known: Callable[[NewCase], bool] = lambda _: False,
) -> Iterator[Judged]:
    """Judge rows one by one, in their order; the second of two duplicates is refused.

    `known` tells whether a youth is in the system already.
    """
    seen = Seen(known)
    for number, values in rows:
        by_field = {code: values[at] for at, code in mapping.items() if at < len(values)}
        verdict = check_row(number, by_field, context)
        if isinstance(verdict, NewCase):
            double = seen.problem(verdict)
            yield Judged(number, values, None if double else verdict, (double,) if double else ())
        else:
            yield Judged(number, values, None, verdict)


def check_row(
    number: int, values: Mapping[str, Value], context: Context
) -> NewCase | tuple[Problem, ...]:
    """Return the case of a row, or every problem in it. `values` are by field code."""
    cells = Cells(number, values)
    given_name, family_name = _name(cells)
    birth_date = _birth_date(cells, context)
    referrer = cells.word("referrer", REFERRERS, cases.ReferrerKind.OTHER)
    referred_on = _referred_on(cells, birth_date, context)
    told = cells.word("told", YES_NO, False)
    outcome = _outcome(cells)
    case = NewCase(
        row=number,
        given_name=given_name,
        family_name=family_name,
        birth_date=birth_date,
        gender=cells.word("gender", GENDERS, cases.Gender.UNKNOWN),
        bsn=cells.optional("bsn", cases.check_bsn),
        area=cells.optional("area", lambda text: cases.check_name("area", text)),
        focus_area_code=_focus_area(cells, context),
        reason=cells.required("reason", cases.check_reason, ""),
        nature=cells.word("nature", NATURES, cases.Nature.OPINION),
        referrer=referrer,
        referrer_name=cells.optional("referrer_name", _referrer_name) or referrer.dutch,
        referred_on=referred_on,
        legal_basis=_legal_basis(cells, context),
        purpose=cells.word("purpose", purpose_words(context.purposes), context.default_purpose),
        told=told,
        told_on=_told_on(cells, context, told=told),
        not_told_reason=_not_told_reason(cells, context, told=told),
        outcome=outcome,
        triaged_on=_triaged_on(cells, referred_on, context, outcome=outcome),
        motivation=cells.optional("motivation", cases.check_motivation) if outcome else None,
    )
    return tuple(cells.problems) or case


def _name(cells: Cells) -> tuple[str, str]:
    if cells.is_empty("full_name"):
        given = cells.required("given_name", lambda t: cases.check_name("given_name", t), "")
        family = cells.required("family_name", lambda t: cases.check_name("family_name", t), "")
        prefix = cells.optional("prefix", lambda t: cases.check_name("prefix", t)) or ""
        return given, cases.join_name(prefix, family)
    full = cells.required("full_name", lambda t: cases.check_name("full_name", t), "")
    given, family = cases.split_full_name(full)
    if full and not (given and family):
        cells.refuse("full_name", "Vul voornaam en achternaam in, bijvoorbeeld Anna de Vries.")
    return given, family


def _birth_date(cells: Cells, context: Context) -> date:
    def plausible(day: date) -> None:
        cases.check_birth_date(
            day,
            context.today,
            minimum_age=context.ages.minimum,
            maximum_age=context.ages.maximum,
        )

    return cells.day("birth_date", plausible) or date.min


def _referred_on(cells: Cells, birth_date: date, context: Context) -> date:
    def after_birth(day: date) -> None:
        cases.check_referral_day(day, birth_date, today=context.today)

    return cells.day("referred_on", after_birth) or date.min


def _focus_area(cells: Cells, context: Context) -> str | None:
    words = focus_area_words(context.focus_areas)
    if cells.is_empty("focus_area"):
        return None
    if not words.meanings:
        cells.refuse("focus_area", "Uw gemeente heeft geen focusgebied. Maak deze cel leeg.")
        return None
    return cells.word("focus_area", words, "")


def _legal_basis(cells: Cells, context: Context) -> str:
    usable = {
        code: basis
        for code, basis in context.legal_bases.items()
        if basis.is_open_to(context.partner_code)
    }
    return cells.word("legal_basis", legal_basis_words(usable), "")


def _referrer_name(text: str) -> str:
    return cases.check_name("referrer_name", text)


def _told_on(cells: Cells, context: Context, *, told: bool) -> date | None:
    def been(day: date) -> None:
        cases.check_told(day, today=context.today)

    if not told:
        return None
    if cells.is_empty("told_on"):
        cells.refuse("told_on", "Vul in op welke dag u het de jongere hebt verteld.")
        return None
    return cells.day("told_on", been)


def _not_told_reason(cells: Cells, context: Context, *, told: bool) -> str | None:
    if told or cells.has_failed("told"):
        return None

    def reason(text: str) -> str:
        return cases.check_not_told(text, None, today=context.today)

    return cells.required("not_told_reason", reason, "")


def _outcome(cells: Cells) -> cases.Outcome | None:
    """Return the decision, which the status says too: 'lopend' was taken in."""
    by_status = cells.word("status", STATUSES, None)
    outcome = cells.word("decision", DECISIONS, None)
    if cells.is_empty("decision"):
        outcome = by_status
    elif not cells.is_empty("status") and outcome is not by_status and not _is_unclear(cells):
        cells.refuse("decision", "Dit past niet bij de status in deze rij. Verander één van beide.")
    if outcome is None and not _is_unclear(cells):
        for code in ("triaged_on", "motivation"):
            if not cells.is_empty(code):
                cells.refuse(code, "Dit hoort bij een besluit. Vul ook het besluit in.")
    return None if _is_unclear(cells) else outcome


def _is_unclear(cells: Cells) -> bool:
    return cells.has_failed("status") or cells.has_failed("decision")


def _triaged_on(
    cells: Cells, referred_on: date, context: Context, *, outcome: cases.Outcome | None
) -> date | None:
    def possible(day: date) -> None:
        cases.check_triage_day(cases.Facts(referred_on), day, today=context.today)
        decided = cases.Facts(referred_on, day, outcome)
        cases.check_still_kept(decided, "triaged_on", today=context.today)

    if outcome is None:
        return None
    if cells.is_empty("triaged_on"):
        cells.refuse("triaged_on", "Vul in op welke dag dit besluit is genomen.")
        return None
    return cells.day("triaged_on", possible)


def motivation_of(case: NewCase, on: date) -> str:
    """Return why it was so decided, and that this was taken over from a list on a day."""
    taken_over = f"Overgenomen op {on:%d-%m-%Y} uit de lijst van de gemeente."
    return f"{case.motivation} {taken_over}" if case.motivation else taken_over
