"""What national figures say on paper: as a report of a municipality, with words of their own."""

from flask_babel import gettext

from pmg.national import queries
from pmg.national.models import NationalRelease
from pmg.reports import paper as reports
from pmg.reports.paper import HOW_SHARES, Paper, clean, day, in_dutch, section
from pmg.reports.queries import Report, sheets
from pmg.reports.rounding_words import example
from pmg.web.language import speaking

PLACE = "Nederland: gemeenten die leverden"
SOURCE = (
    "De aantallen zijn de som van beschermde rapporten die gemeenten leverden aan het ministerie "
    "van Justitie en Veiligheid. Er is niets anders gebruikt, en niets uit dossiers."
)
AREAS = (
    "Waar een gemeente haar gebieden laat zien, staan hier de gemeenten: gebieden bestaan maar in "
    "één gemeente."
)
STEPS = (
    "Vraag het ministerie om het ondertekende bestand (JSON) bij deze cijfers.",
    (
        "Zoek in dat bestand de vingerafdruk (national_hash). Die is gelijk aan de vingerafdruk "
        "hieronder. Is hij anders, dan horen de bestanden niet bij elkaar."
    ),
    (
        "Vraag ook de rapporten van de gemeenten (een zip-bestand met JSON) en pak die uit in één "
        "map. Kies in het systeem ‘Controleer een rapport’. Heeft u geen account? Vraag het "
        "ministerie om het controleprogramma (pmg) en voer op een computer met Python deze "
        "opdracht uit. Dan wordt elk landelijk getal nagerekend:"
    ),
)
WORDS = reports.WORDS | {
    "example": "Een voorbeeld met verzonnen aantallen. Links wat drie gemeenten telden, rechts wat "
    "in hun rapport staat.",
    "area": "Gemeente",
    "checking": "Hoe u deze cijfers controleert",
    "proof": "Deze cijfers zijn na te rekenen. Wie het bestand en de rapporten van de gemeenten "
    "heeft, kan elk getal opnieuw optellen, zonder gegevens van jongeren.",
}
"""Headings and sentences of files of national figures."""

MORAL = (
    "Een gemeente rondt niet altijd af naar het ronde getal dat het dichtst bij ligt. "
    "Het landelijke getal is de som van de rapporten. Wat de ene gemeente naar boven "
    "afrondt en de andere naar beneden, valt voor een deel tegen elkaar weg."
)
"""What the example of these files shows."""


def paper(item: NationalRelease) -> Paper:
    """Write published figures out; raises Altered where they are not what was signed."""
    report = queries.opened(item)
    national = queries.figures_of(report)
    areas = f" {AREAS}" if queries.replaces_areas(report) else ""
    with speaking("nl"):
        return Paper(
            title=f"{clean(gettext(report.template.title))}: landelijke cijfers",
            place=f"{PLACE} ({len(national.origins)} van de {_all(report)})",
            period=f"{day(report.period.first)} tot en met {day(report.period.last)}",
            made=f"Gepubliceerd op {day(item.approved_at.date())}, nummer {item.number}",
            made_at=item.approved_at,
            rounding=_band(report),
            shares=HOW_SHARES.format(least=in_dutch(report.least_base)),
            example=example(report.release.base),
            source=SOURCE + areas,
            sections=tuple(section(report, sheet) for sheet in sheets(report)),
            facts=_facts(report, item),
            promises=tuple(clean(each) for each in report.certificate["promises"]),
            limits=tuple(clean(each) for each in report.certificate["limits"]),
            steps=STEPS,
            command=f"pmg disclosure verify BESTAND --releases MAP --key {report.public_key}",
            hash=national.hash,
            public_key=report.public_key,
            moral=MORAL,
            words=WORDS,
        )


def _all(report: Report) -> int:
    return len(queries.figures_of(report).origins) + len(queries.missing_of(report))


def _band(report: Report) -> str:
    national = queries.figures_of(report)
    usual = (
        f" Meestal is het minder: gemiddeld bij negentien van de twintig getallen hoogstens "
        f"{in_dutch(national.usual)}."
        if national.usual < national.tolerance
        else ""
    )
    return (
        f"Een landelijk getal wijkt in het ergste geval {in_dutch(national.tolerance)} af van de "
        f"werkelijkheid: dan zijn alle gemeenten zo ver mogelijk naar dezelfde kant afgerond."
        f"{usual}"
    )


def _facts(report: Report, item: NationalRelease) -> tuple[tuple[str, str], ...]:
    national = queries.figures_of(report)
    before = [("Opvolger, omdat", clean(item.reason))] if item.reason else []
    changed = [("Wat er anders is", clean(each)) for each in queries.changed(report)]
    out = [("Tabel weggelaten", each) for each in queries.differences(national.left_out)]
    missing = ", ".join(queries.missing_of(report)) or "geen"
    return (
        ("Methode", "Som van rapporten van gemeenten"),
        ("Grootste mogelijke afwijking", in_dutch(national.tolerance)),
        ("Aantallen", in_dutch(report.certificate["cells"])),
        ("Optellingen die kloppen", in_dutch(report.certificate["relations"])),
        *before,
        *changed,
        *out,
        ("Niet geleverd", missing),
        *(
            (f"Rapport van {queries.place_name(origin.place)}", origin.release)
            for origin in national.origins
        ),
    )
