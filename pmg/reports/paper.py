"""What a report says on paper: all words and numbers of a file, in Dutch, from its release alone.

Every file (ODS, PDF, stand-alone page) is written from this, so that they say the same. It reads
the stored report and never the casework.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from flask_babel import format_date, gettext

from pmg.disclosure.audit import interval
from pmg.disclosure.exports import HIDDEN
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.reports import queries
from pmg.reports.beside import beside
from pmg.reports.models import ReportRelease
from pmg.reports.queries import Chart, Grid, Report, Sheet
from pmg.reports.rounding_words import Example
from pmg.web.language import speaking

TOTAL, NUMBER = "Totaal", "Aantal"
HOW_SHARES = (
    "Percentages zijn berekend uit de afgeronde aantallen en dus ongeveer. Bij een totaal onder "
    "de {least} staan er geen."
)
HOW_FAR_A_SHARE = (
    "{part} van {whole} is {text}, maar in het echt kan dat {low}% tot {high}% zijn. Percentages "
    "tellen soms niet precies op tot 100."
)
HOW_SHARES_OF_EXACT = (
    "Percentages zijn berekend uit getoonde aantallen. Bij een totaal onder de 20, of met een "
    "verborgen aantal erin, staan er geen."
)
MORAL = (
    "{counted} wordt hier {released}, en niet {near}: het systeem rondt niet altijd af naar het "
    "ronde getal dat het dichtst bij ligt. Daarom kan een getal {most} afwijken. "
    "Het totaal klopt met de regels erboven, en blijft dicht bij het echte totaal. Wie alleen het "
    "rapport ziet, kan niet weten of er in Wijk C niemand is of een paar jongeren: daar gaat het "
    "om."
)
MORAL_OF_HIDING = (
    "In Wijk B zijn weinig jongeren; daarom is dat aantal verborgen. Stond Wijk C er wel, dan was "
    "Wijk B uit te rekenen met het totaal. Daarom is ook Wijk C verborgen. Wie alleen het rapport "
    "ziet, weet niet welke van de twee klein is."
)
HOW_DIFFERENCES = (
    "Schelen twee getallen minder dan {sure}, dan is niet te zeggen welk van de twee in het echt "
    "groter was. Schelen ze {sure} of meer, dan weet u dat wel, maar niet hoeveel groter."
)
BAND = "Het streepje laat zien waar het echte aantal ligt."
SOURCE = (
    "De aantallen komen uit de registratie Preventie met Gezag van de gemeente. Dit bestand is "
    "gemaakt uit het beschermde rapport alleen, niet uit dossiers."
)
WHOLE = "hele gemeente"
PLAN_BESIDE = (
    "Plekken en budget komen uit het plan van de gemeente, zoals dat was toen het rapport werd "
    "aangevraagd. Het zijn geen aantallen jongeren."
)
OUTSIDE_BESIDE = (
    "Deze cijfers zijn door anderen gepubliceerd en gaan over alle inwoners. Ze staan naast het "
    "rapport, zoals ze waren toen het werd aangevraagd, en tellen er niet in mee."
)
STEPS = (
    "Vraag de gemeente om het bestand ‘Certificaat met bewijs’ (JSON) bij dit rapport.",
    (
        "Zoek in dat bestand de vingerafdruk (release_hash). Die is gelijk aan de vingerafdruk "
        "hieronder. Is hij anders, dan horen de bestanden niet bij elkaar."
    ),
    (
        "Kies in het systeem ‘Controleer een rapport’. Heeft u geen account? Vraag het ministerie "
        "om het bestand te controleren, of vraag de gemeente om het controleprogramma (pmg) en "
        "voer op een computer met Python deze opdracht uit:"
    ),
)
WORDS = {
    "contents": "Inhoud",
    "reading": "Zo leest u de aantallen",
    "example": "Een voorbeeld met verzonnen aantallen. Links wat er is geteld, rechts wat in een "
    "rapport staat.",
    "area": "Wijk",
    "counted": "Geteld",
    "released": "In een rapport",
    "total": TOTAL,
    "table": "Tabel",
    "checking": "Hoe u dit rapport controleert",
    "proof": "Wie dit rapport krijgt, kan nagaan dat geen getal is veranderd en dat alles "
    "optelt, zonder gegevens van jongeren.",
    "hash": "Vingerafdruk van de aantallen (SHA-256)",
    "key": "Publieke sleutel (Ed25519)",
    "method": "Methode",
    "promises": "Wat dit belooft",
    "limits": "Wat dit niet belooft",
    "source": "Bron",
}
"""Headings and sentences that stand in every file."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is, what stands beside it, its length from 0 to 1, and its band."""

    label: str
    text: str
    length: float
    band: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """One chart, and all that it shows in words."""

    title: str
    summary: str
    words: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """One table; the last row holds totals, and so does the last column where there are more."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One indicator."""

    title: str
    base: str
    definition: str
    unit: str
    pictures: tuple[Picture, ...]
    boards: tuple[Board, ...]


@dataclass(frozen=True, slots=True)
class Aside:
    """What stands beside a report and is no count of people: a table in words, without totals."""

    title: str
    text: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole report."""

    title: str
    place: str
    period: str
    made: str
    made_at: datetime
    rounding: str
    shares: str
    example: Example
    moral: str
    source: str
    sections: tuple[Section, ...]
    facts: tuple[tuple[str, str], ...]
    promises: tuple[str, ...]
    limits: tuple[str, ...]
    steps: tuple[str, ...]
    command: str
    hash: str
    public_key: str
    words: dict[str, str]
    asides: tuple[Aside, ...] = ()


def paper(item: ReportRelease) -> Paper:
    """Write a stored report out; raises BadRelease where its text is not what was stored."""
    report = queries.opened(item)
    with speaking("nl"):
        place = MUNICIPALITIES[item.municipality_id].name
        return Paper(
            title=clean(gettext(report.template.title)),
            place=f"Gemeente {clean(place)}",
            period=f"{day(report.period.first)} tot en met {day(report.period.last)}",
            made=f"Gemaakt op {day(report.made_at.date())}, versie {report.template.version}",
            made_at=report.made_at,
            rounding=report.rounding,
            shares=_how_to_read(report),
            example=report.example,
            moral=_moral(report),
            source=SOURCE,
            sections=tuple(section(report, sheet) for sheet in queries.sheets(report)),
            facts=_facts(report),
            promises=tuple(clean(each) for each in report.certificate["promises"]),
            limits=tuple(clean(each) for each in report.certificate["limits"]),
            steps=STEPS,
            command=f"pmg disclosure verify BESTAND --key {report.public_key}",
            hash=item.release_hash,
            public_key=report.public_key,
            words=WORDS,
            asides=tuple(_asides(report)),
        )


def _asides(report: Report) -> Iterator[Aside]:
    """Write out what was frozen beside a report; nothing for one from before anything was."""
    found = beside(report.certificate)
    if found is None:
        return
    if found.plan:
        yield Aside(
            "Naast dit rapport: het plan",
            PLAN_BESIDE,
            ("Waarvoor", "Plekken (plan)", "Budget in euro"),
            tuple(
                (
                    f"{clean(line.name)}, {clean(line.area) or WHOLE}",
                    in_dutch(line.places),
                    in_dutch(line.budget),
                )
                for line in found.plan
            ),
        )
    for one in found.outside:
        origin = f"Bron: {clean(one.line.source)}. Peildatum: {day(one.line.reference_date)}."
        yield Aside(
            f"Naast dit rapport: {clean(one.line.kind.dutch)}",
            f"{OUTSIDE_BESIDE} {origin}",
            ("Gebied en periode", "Waarde"),
            tuple(
                (f"{clean(area) or WHOLE}, {clean(period)}", _decimal(value))
                for area, values in one.rows
                for period, value in zip(one.periods, values, strict=True)
                if value is not None
            ),
        )


def _decimal(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def _moral(report: Report) -> str:
    if report.release.hides:
        return MORAL_OF_HIDING
    counted, released = report.example.rows[1]
    assert released is not None
    near, most = released - report.release.base, report.release.tolerance
    return MORAL.format(counted=counted, released=released, near=near, most=most)


def _how_to_read(report: Report) -> str:
    if report.release.hides:
        return HOW_SHARES_OF_EXACT
    base, most = report.release.base, report.release.tolerance
    low, high = interval(2 * base, most)
    return " ".join(
        (
            f"Staat er {2 * base}, dan waren het er in het echt {low} tot en met {high}.",
            HOW_DIFFERENCES.format(sure=report.sure),
            HOW_SHARES.format(least=report.least_base),
            HOW_FAR_A_SHARE.format(**asdict(report.share_example)),
        )
    )


def clean(text: object) -> str:
    """Leave out what cannot be seen and would break a file or turn its text around."""
    return "".join(each for each in str(text) if each.isprintable())


def in_dutch(number: int) -> str:
    """Write a whole number with dots for thousands."""
    return f"{number:,}".replace(",", ".")


def shown(number: int | None) -> str:
    """Write a number, or that it is hidden."""
    return HIDDEN if number is None else in_dutch(number)


def day(day: date) -> str:
    """Write a day in full."""
    return str(format_date(day, "long"))


def _facts(report: Report) -> tuple[tuple[str, str], ...]:
    release = report.release
    how = [
        ("Methode", f"Gecontroleerd afronden op {release.base}"),
        ("Grootste mogelijke afwijking", str(release.tolerance)),
    ]
    if release.hides:
        how = [
            ("Methode", f"Kleine aantallen verbergen, met k = {release.base}"),
            ("Verborgen aantallen", in_dutch(release.number_hidden)),
        ]
    return (
        *how,
        ("Aantallen", in_dutch(report.cells)),
        *(
            [("Aantallen uit eerdere rapporten, mee nagerekend", in_dutch(report.come_along))]
            if report.come_along
            else []
        ),
        ("Optellingen die kloppen", in_dutch(report.certificate["relations"])),
    )


def section(report: Report, sheet: Sheet) -> Section:
    """Write one indicator out."""
    indicator = sheet.indicator
    unit = clean(gettext(indicator.unit.label))
    return Section(
        title=clean(gettext(indicator.title)),
        base=clean(gettext(indicator.base)),
        definition=clean(gettext(indicator.definition)),
        unit=unit,
        pictures=tuple(_picture(report, sheet, chart, unit) for chart in sheet.charts),
        boards=tuple(_boards(sheet)),
    )


def _picture(report: Report, sheet: Sheet, chart: Chart, unit: str) -> Picture:
    bars = tuple(
        Bar(
            clean(bar.label),
            f"{shown(bar.value)} ({bar.share})" if bar.share else shown(bar.value),
            bar.length,
            bar.band,
        )
        for bar in chart.bars
    )
    summary = _summary(report, sheet, unit)
    if sheet.total and (most := chart.largest) is not None:
        summary += f" Het meest: {clean(most.label)}, {shown(most.value)}."
    words = f"Staafdiagram van het aantal {unit} naar {clean(chart.label).lower()}. {summary} "
    words += "; ".join(f"{bar.label}: {bar.text}" for bar in bars) + "."
    shown_band = "" if report.release.hides else f" {BAND}"
    return Picture(clean(chart.label), f"{summary}{shown_band}", words, bars)


def _summary(report: Report, sheet: Sheet, unit: str) -> str:
    if sheet.total is None:
        return f"Het aantal {unit} in deze periode is verborgen."
    if report.release.hides:
        return f"Samen {in_dutch(sheet.total)} {unit}."
    if sheet.total == 0:
        return f"Hoogstens {report.release.tolerance} {unit} in deze periode."
    between = f"{in_dutch(sheet.low)} tot en met {in_dutch(sheet.high)}"
    return f"Samen ongeveer {in_dutch(sheet.total)} {unit}: in het echt {between}."


def _boards(sheet: Sheet) -> Iterator[Board]:
    for grid in (sheet.grid, *sheet.blocks):
        yield _board(sheet, grid)


def _board(sheet: Sheet, grid: Grid) -> Board:
    last = TOTAL if grid.columns else NUMBER
    return Board(
        clean(grid.title),
        (clean(sheet.row_label), *map(clean, grid.columns), last),
        tuple((clean(label) or TOTAL, values) for label, values in grid.rows),
    )
