"""An entry of the catalogue as cells, what may stand in them, and what differs: pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pmg.entry import check_text, parse_dutch_date
from pmg.errors import Invalid
from pmg.reference.evidence import EvidenceLevel, when_judged
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import (
    COLUMNS,
    INTERVENTIONS,
    OTHERS,
    OUTCOME_PARTS,
    Frame,
    Funding,
    Intervention,
    Setting,
    Warned,
    build,
)
from pmg.reference.labelled import Labelled
from pmg.reference.loader import Cells
from pmg.texts import to_translate, translated

Row = Mapping[str, str]
RETIRED = ("retired_on", "retired_why")
ALL_COLUMNS = (*COLUMNS, *RETIRED)
FIXED = ("code", "kind", "track", "confidence")
"""What reports count by, and how sure the project is: a municipality does not change it."""
EDITABLE = tuple(column for column in ALL_COLUMNS if column not in FIXED)
DESCRIPTIVE = tuple(column for column in EDITABLE if column not in RETIRED)

SHORTEST_REASON, LONGEST_REASON = 5, 300
MOST_SESSIONS, MOST_MINUTES, MOST_WEEKS, OLDEST = 300, 720, 260, 99
MOST_ELEMENTS, LONGEST_ELEMENT = 12, 80
LATEST_RETIREMENT = timedelta(days=731)
# As long as the fields of the form that asks for them.
_LIMITS = {
    "name_nl": 120,
    "notes": 1000,
    "target_group": 300,
    "core_elements": 1200,
    "target_factor_codes": 2000,
    "evidence_source": 300,
    "retired_why": LONGEST_REASON,
    **{f"outcome{number}_source": 300 for number in OTHERS},
}
_SHORT = 100
_NUMBERS = {
    "age_min": (0, OLDEST),
    "age_max": (0, OLDEST),
    "sessions": (1, MOST_SESSIONS),
    "minutes": (1, MOST_MINUTES),
    "typical_duration_weeks": (1, MOST_WEEKS),
}
_MEMBERS: Mapping[str, type[Labelled]] = {
    "setting": Setting,
    "frame": Frame,
    "evidence_level": EvidenceLevel,
    "warning": Warned,
    **{f"outcome{number}_level": EvidenceLevel for number in OTHERS},
}
_DAYS = ("evidence_on", *(f"outcome{number}_on" for number in OTHERS), "retired_on")
_NEEDED = ("name_nl", "age_min", "age_max", "setting", "frame", "evidence_level")
_OUTCOME_LABELS = {
    "about": to_translate("Andere uitkomst %(number)s"),
    "level": to_translate("Andere uitkomst %(number)s: niveau"),
    "source": to_translate("Andere uitkomst %(number)s: bron"),
    "on": to_translate("Andere uitkomst %(number)s: datum"),
}
_LABELS = {
    "code": to_translate("Code"),
    "name_nl": to_translate("Naam"),
    "kind": to_translate("Soort"),
    "track": to_translate("Spoor"),
    "age_min": to_translate("Leeftijd vanaf"),
    "age_max": to_translate("Leeftijd tot en met"),
    "setting": to_translate("Vorm"),
    "frame": to_translate("Kader"),
    "evidence_level": to_translate("Niveau van bewijs"),
    "evidence_source": to_translate("Bron van het niveau"),
    "warning": to_translate("Waarschuwing"),
    "target_factor_codes": to_translate("Gericht op"),
    "typical_duration_weeks": to_translate("Duur in weken"),
    "confidence": to_translate("Zekerheid"),
    "notes": to_translate("Samenvatting"),
    "target_group": to_translate("Doelgroep"),
    "core_elements": to_translate("Kernonderdelen"),
    "sessions": to_translate("Aantal bijeenkomsten"),
    "minutes": to_translate("Minuten per bijeenkomst"),
    "funding": to_translate("Geldstromen"),
    "evidence_outcome": to_translate("Uitkomst waar het niveau over gaat"),
    "evidence_on": to_translate("Datum van het oordeel"),
    "retired_on": to_translate("Niet meer ingezet vanaf"),
    "retired_why": to_translate("Waarom niet meer"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell, as it was and as it becomes."""

    column: str
    old: str
    new: str


def label(column: str) -> str:
    """Return what a column is called on a page."""
    if column in _LABELS:
        return translated(_LABELS[column])
    name, _between, part = column.partition("_")
    return translated(_OUTCOME_LABELS[part], number=name.removeprefix("outcome"))


def cells_of(entry: Intervention) -> dict[str, str]:
    """Return an entry as it is kept and as it stands in a file: a text in each column."""
    found = {column: _cell(getattr(entry, column)) for column in ALL_COLUMNS if _is_plain(column)}
    found["core_elements"] = "; ".join(entry.core_elements)
    for number, other in zip(OTHERS, entry.other_outcomes, strict=False):
        given = (other.about, other.level.value, other.source, _cell(other.on))
        found |= {
            f"outcome{number}_{part}": text for part, text in zip(OUTCOME_PARTS, given, strict=True)
        }
    return {column: found.get(column, "") for column in ALL_COLUMNS}


def entry_of(code: str, cells: Row, number: int) -> Intervention:
    """Return a version that was kept; what a later release no longer knows is left out."""
    fixed = cells_of(INTERVENTIONS[code])
    row = dict.fromkeys(ALL_COLUMNS, "") | dict(cells) | {name: fixed[name] for name in FIXED}
    aims = [one for one in row["target_factor_codes"].split(";") if one in FACTORS]
    row["target_factor_codes"] = ";".join(aims)
    retired_on = row["retired_on"]
    return replace(
        build(Cells({column: row[column] for column in COLUMNS})),
        retired_on=date.fromisoformat(retired_on) if retired_on else None,
        retired_why=row["retired_why"],
        version=number,
    )


def differences(old: Row, new: Row) -> tuple[Difference, ...]:
    """Return every cell that changes, in the order of the columns."""
    return tuple(
        Difference(column, old.get(column, ""), new.get(column, ""))
        for column in ALL_COLUMNS
        if old.get(column, "") != new.get(column, "")
    )


def clean(given: Row, before: Row, today: date) -> tuple[dict[str, str], list[Invalid]]:
    """Return the whole row with what was given in it, and all that is wrong with that.

    Columns that are not given stay as they were. Each fault names its column.
    """
    row, faults = dict(before), []
    for column, text in given.items():
        try:
            row[column] = _clean_cell(column, text, before)
        except Invalid as fault:
            faults.append(fault)
    wrong = {fault.field for fault in faults}
    for check in (_check_needed, _check_ages, _check_evidence, _check_others, _check_days):
        faults += [fault for fault in check(row, today) if fault.field not in wrong]
    faults += [fault for fault in _check_retired(row, before, today) if fault.field not in wrong]
    return row, faults


def check_reason(text: str) -> str:
    """Return the clean reason of a version; raise Invalid when it says too little."""
    clean_text = check_text("reason", text, limit=LONGEST_REASON)
    if len(clean_text) < SHORTEST_REASON:
        raise Invalid("reason", "Schrijf kort op waarom, bijvoorbeeld: nieuw oordeel van het NJi.")
    return clean_text


def words(column: str, text: str) -> str:
    """Return what stands in a cell, in words for a page."""
    if not text:
        return ""
    if column in _MEMBERS:
        return _MEMBERS[column](text).label
    if column == "target_factor_codes":
        return "; ".join(FACTORS[code].name for code in text.split(";") if code in FACTORS)
    if column == "funding":
        return ", ".join(Funding(code).label for code in text.split(";"))
    if column in _DAYS:
        return f"{date.fromisoformat(text):%d-%m-%Y}"
    return text


def _is_plain(column: str) -> bool:
    return column != "core_elements" and not column.startswith("outcome")


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    return "" if value is None else " ".join(str(value).split())


def _clean_cell(column: str, typed: str, before: Row) -> str:
    limit = _LIMITS.get(column, _SHORT)
    text = " ".join(check_text(column, typed, limit=limit).split())
    if column in FIXED:
        if text not in {"", before[column]}:
            raise Invalid(
                column,
                "‘%(label)s’ kunt u niet wijzigen. Laat staan wat er stond.",
                label=label(column),
            )
        return before[column]
    for columns, read in _READERS:
        if column in columns:
            return read(column, text) if text else ""
    if column == "core_elements":
        return "; ".join(_elements(text))
    return text


def _number(column: str, text: str) -> str:
    least, most = _NUMBERS[column]
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
    if not is_number or not least <= int(text) <= most:
        raise Invalid(
            column,
            "Vul bij ‘%(label)s’ een heel getal in van %(least)d tot en met %(most)d.",
            label=label(column),
            least=least,
            most=most,
        )
    return str(int(text))


def _member(column: str, text: str) -> str:
    for member in _MEMBERS[column]:
        if text.casefold() in {member.value, member.dutch.casefold(), member.label.casefold()}:
            return member.value
    raise Invalid(
        column,
        "‘%(typed)s’ is geen keuze bij ‘%(label)s’. Kies uit: %(choices)s.",
        typed=text[:40],
        label=label(column),
        choices=", ".join(member.value for member in _MEMBERS[column]),
    )


def _day(column: str, text: str) -> str:
    return parse_dutch_date(column, text).isoformat()


def _known(column: str, text: str) -> str:
    known: Iterable[str] = FACTORS if column == "target_factor_codes" else tuple(Funding)
    codes = list(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))
    unknown = [code for code in codes if code not in set(known)]
    if unknown:
        raise Invalid(
            column,
            "Deze code bestaat niet bij ‘%(label)s’: %(codes)s. Kijk haar na.",
            label=label(column),
            codes=", ".join(code[:40] for code in unknown[:5]),
        )
    return ";".join(codes)


_READERS: tuple[tuple[Iterable[str], Callable[[str, str], str]], ...] = (
    (_NUMBERS, _number),
    (_MEMBERS, _member),
    (_DAYS, _day),
    (("target_factor_codes", "funding"), _known),
)


def _elements(text: str) -> list[str]:
    found: dict[str, str] = {}
    for part in (one.strip() for one in text.split(";")):
        if len(part) > LONGEST_ELEMENT:
            raise Invalid(
                "core_elements",
                "Houd elk onderdeel kort: hoogstens %(limit)d tekens.",
                limit=LONGEST_ELEMENT,
            )
        if part:
            found.setdefault(part.casefold(), part)
    if len(found) > MOST_ELEMENTS:
        raise Invalid("core_elements", "Noem hoogstens %(most)d onderdelen.", most=MOST_ELEMENTS)
    return list(found.values())


def _check_needed(row: Row, _today: date) -> Iterable[Invalid]:
    for column in _NEEDED:
        if not row[column]:
            yield Invalid(column, "Vul in: ‘%(label)s’.", label=label(column))


def _check_ages(row: Row, _today: date) -> Iterable[Invalid]:
    if row["age_min"] and row["age_max"] and int(row["age_min"]) > int(row["age_max"]):
        yield Invalid("age_max", "De hoogste leeftijd ligt onder de laagste. Kijk beide na.")


def _check_evidence(row: Row, today: date) -> Iterable[Invalid]:
    yield from _sourced(row, "evidence_level", "evidence_source")
    judged = when_judged(row["evidence_source"])
    if judged is not None and judged.on.year > today.year:
        yield Invalid(
            "evidence_source", "De bron noemt een datum die nog moet komen. Kijk het jaar na."
        )


def _check_others(row: Row, _today: date) -> Iterable[Invalid]:
    for number in OTHERS:
        about, level, *rest = (f"outcome{number}_{part}" for part in OUTCOME_PARTS)
        if not row[about] and (row[level] or any(row[column] for column in rest)):
            yield Invalid(about, "Schrijf op over welke uitkomst dit niveau gaat.")
        if row[about] and not row[level]:
            yield Invalid(level, "Kies welk niveau bij deze uitkomst hoort.")
        yield from _sourced(row, level, rest[0])
    first, second = (f"outcome{number}_about" for number in OTHERS)
    if row[second] and not row[first]:
        yield Invalid(first, "Vul eerst de andere uitkomst 2 in, daarna pas 3.")


def _sourced(row: Row, level: str, source: str) -> Iterable[Invalid]:
    if row[level] not in {"", EvidenceLevel.NOT_ASSESSED} and not row[source]:
        yield Invalid(
            source,
            "Een niveau van bewijs heeft een bron nodig. Vul de bron in, of kies ‘Niet "
            "beoordeeld’.",
        )


def _check_days(row: Row, today: date) -> Iterable[Invalid]:
    for column in _DAYS:
        if column != "retired_on" and row[column] and date.fromisoformat(row[column]) > today:
            yield Invalid(column, "Deze dag moet nog komen. Vul een dag in die al geweest is.")


def _check_retired(row: Row, before: Row, today: date) -> Iterable[Invalid]:
    on, why = row["retired_on"], row["retired_why"]
    if on and len(why) < SHORTEST_REASON:
        yield Invalid("retired_why", "Schrijf kort op waarom het niet meer wordt ingezet.")
    if why and not on:
        yield Invalid("retired_on", "Vul in vanaf welke dag het niet meer wordt ingezet.")
    if on and on != before["retired_on"]:
        day = date.fromisoformat(on)
        if day < today:
            yield Invalid("retired_on", "Kies vandaag of een latere dag.")
        if day > today + LATEST_RETIREMENT:
            yield Invalid("retired_on", "Deze dag ligt te ver weg: hoogstens twee jaar vooruit.")
