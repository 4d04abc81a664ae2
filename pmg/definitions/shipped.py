"""The reports that come with the product. A version that was used never changes here. Pure."""

from collections.abc import Mapping

from pmg.definitions.rules import Indicator, Template
from pmg.definitions.vocabulary import Unit
from pmg.texts import to_translate

_STATE = to_translate("De stand is die op de laatste dag van de periode.")


def _table(  # noqa: PLR0913 - a table is as many things as these
    code: str,
    title: str,
    unit: Unit,
    definition: str,
    *,
    rows: str,
    columns: str | None = None,
    blocks: str | None = None,
    charts: tuple[str, ...] = (),
    base: str | None = None,
) -> Indicator:
    counted = base or unit.population
    return Indicator(code, title, definition, unit, counted, rows, columns, blocks, charts)


def _reach(definition: str, *, base: str | None = None) -> Indicator:
    return _table(
        "bereik",
        to_translate("Bereikte jongeren"),
        Unit.YOUTHS,
        definition,
        base=base,
        rows="leeftijd",
        columns="geslacht",
        blocks="gebied",
        charts=("leeftijd", "gebied"),
    )


def _waiting(unit: Unit, *, base: str | None = None) -> Indicator:
    return _table(
        "wachttijd" if unit is Unit.YOUTHS else f"wachttijd_{unit}",
        to_translate("Tijd van aanmelding tot start"),
        unit,
        to_translate(
            "De tijd van de aanmelding tot de dag waarop de eerste inzet begon, zoals die op "
            "de laatste dag van de periode bekend was."
        ),
        base=base,
        rows="wachttijd",
        charts=("wachttijd",),
    )


def _by_evidence(definition: str, *, base: str | None = None) -> Indicator:
    return _table(
        "inzet_bewijs",
        to_translate("Inzet naar onderbouwing"),
        Unit.TRAJECTORIES,
        definition,
        base=base,
        rows="bewijs",
        columns="uitkomst",
        charts=("bewijs", "uitkomst"),
    )


def _by_track(*, base: str | None = None) -> Indicator:
    return _table(
        "inzet_spoor",
        to_translate("Inzet naar spoor"),
        Unit.TRAJECTORIES,
        to_translate(
            "Het spoor van de interventie: kansen, grenzen of allebei. De stand is die op de "
            "laatste dag van de periode."
        ),
        base=base,
        rows="spoor",
        columns="uitkomst",
        charts=("spoor",),
    )


def _factors(*, base: str | None = None) -> Indicator:
    return _table(
        "factoren",
        to_translate("Verandering van factoren"),
        Unit.FACTORS,
        to_translate(
            "Per jongere en per factor: de laatste waarneming in de periode naast de eerste. "
            "Een risicofactor verbetert als hij afneemt, een beschermende als hij toeneemt. "
            "Met minder dan twee dagen waarop iets bekend was, zijn er te weinig "
            "waarnemingen. Factoren van één jongere worden nooit bij elkaar opgeteld tot een "
            "oordeel."
        ),
        base=base,
        rows="domein",
        columns="richting",
        blocks="soort",
        charts=("richting",),
    )


_REACHED_1 = to_translate(
    "Jongeren die in de periode zijn aangemeld en niet zijn afgewezen of doorverwezen."
)
_STARTED_1 = to_translate("Trajecten die in de periode zijn gestart.")
_OBSERVED_1 = to_translate("Factoren die in de periode bij een jongere zijn waargenomen.")
_EVIDENCE = to_translate(
    "De stand is die op de laatste dag van de periode. De onderbouwing is die van de "
    "interventie in de catalogus. Een jongere kan meer trajecten hebben."
)

YEARLY_1 = Template(
    code="jaarrapportage",
    version=1,
    title=to_translate("Jaarrapportage Preventie met Gezag"),
    purpose=to_translate("Wie is bereikt, met welke inzet, en wat er veranderde."),
    indicators=(
        _reach(
            to_translate(
                "Een jongere telt mee op de dag van de aanmelding. De leeftijd is die op die dag. "
                "Wie na afsluiting opnieuw wordt aangemeld, telt opnieuw."
            ),
            base=_REACHED_1,
        ),
        _waiting(Unit.YOUTHS, base=_REACHED_1),
        _by_evidence(_EVIDENCE, base=_STARTED_1),
        _by_track(base=_STARTED_1),
        _factors(base=_OBSERVED_1),
    ),
)
YEARLY = Template(
    code="jaarrapportage",
    version=2,
    title=YEARLY_1.title,
    purpose=YEARLY_1.purpose,
    base=10,
    k=10,
    indicators=(
        _reach(
            to_translate(
                "Een jongere telt mee op de dag van de aanmelding. De leeftijd is die op die dag."
            )
        ),
        _waiting(Unit.YOUTHS),
        _by_evidence(_EVIDENCE),
        _by_track(),
        _factors(),
    ),
)
QUARTERLY = Template(
    code="kwartaalmonitor",
    version=1,
    title=to_translate("Kwartaalmonitor"),
    purpose=to_translate("Wat er in een kwartaal binnenkwam en begon. Kwartalen tellen op."),
    base=10,
    k=10,
    indicators=(
        _table(
            "instroom",
            to_translate("Aanmeldingen naar besluit"),
            Unit.REFERRALS,
            to_translate("Het besluit zoals dat op de laatste dag van de periode bekend was."),
            rows="leeftijd",
            columns="besluit",
            charts=("besluit",),
        ),
        _by_track(),
    ),
)
INFLOW = Template(
    code="instroom",
    version=1,
    title=to_translate("Instroom en doorlooptijd"),
    purpose=to_translate("Wie aanmeldt, wat er wordt besloten, en hoe lang dat duurt."),
    base=10,
    k=10,
    indicators=(
        _table(
            "aanmelders",
            to_translate("Aanmeldingen naar wie aanmeldde"),
            Unit.REFERRALS,
            to_translate("Het besluit zoals dat op de laatste dag van de periode bekend was."),
            rows="aanmelder",
            columns="besluit",
            charts=("aanmelder", "besluit"),
        ),
        _table(
            "besluittijd",
            to_translate("Tijd van aanmelding tot besluit"),
            Unit.REFERRALS,
            to_translate(
                "De tijd van de aanmelding tot de dag van het besluit, zoals die op de laatste dag "
                "van de periode bekend was."
            ),
            rows="besluittijd",
            charts=("besluittijd",),
        ),
        _waiting(Unit.REFERRALS),
    ),
)
EVIDENCE_1 = Template(
    code="effectiviteit",
    version=1,
    title=to_translate("Inzet naar effectiviteit"),
    purpose=to_translate("Hoe goed de inzet is onderbouwd, en wat die opleverde."),
    base=10,
    k=10,
    indicators=(
        _by_evidence(_EVIDENCE),
        _table(
            "resultaat",
            to_translate("Resultaat naar onderbouwing"),
            Unit.TRAJECTORIES,
            to_translate(
                "Wat is bereikt volgens wie de inzet afrondde. Het zegt niet wat er zonder de "
                "inzet was gebeurd, en vergelijkt geen aanbieders."
            ),
            rows="bewijs",
            columns="resultaat",
            charts=("resultaat",),
        ),
    ),
)
EVIDENCE = Template(
    code="effectiviteit",
    version=2,
    title=EVIDENCE_1.title,
    purpose=EVIDENCE_1.purpose,
    base=10,
    k=10,
    indicators=(
        *EVIDENCE_1.indicators,
        _table(
            "resultaat_inzet",
            to_translate("Resultaat naar inzet"),
            Unit.TRAJECTORIES,
            to_translate(
                "Van elke inzet: hoeveel trajecten begonnen, nog lopen, zijn afgerond en met welk "
                "resultaat, of eerder stopten. Dit zegt niets over oorzaak. Kleine aantallen zijn "
                "afgerond en zeggen weinig."
            ),
            rows="inzet",
            columns="resultaat",
        ),
    ),
)
AREAS = Template(
    code="focusgebieden",
    version=1,
    title=to_translate("NPLV-focusgebieden"),
    purpose=to_translate("Wie in elk focusgebied is bereikt, en hoe snel."),
    indicators=(
        _table(
            "gebied_leeftijd",
            to_translate("Bereikte jongeren naar gebied en leeftijd"),
            Unit.YOUTHS,
            to_translate("Het focusgebied is dat van de zaak, de leeftijd die bij de aanmelding."),
            rows="gebied",
            columns="leeftijd",
            charts=("gebied",),
        ),
        _table(
            "gebied_geslacht",
            to_translate("Bereikte jongeren naar gebied en geslacht"),
            Unit.YOUTHS,
            to_translate("Het geslacht is dat waarmee de jongere is ingeschreven."),
            rows="gebied",
            columns="geslacht",
        ),
        _table(
            "gebied_wachttijd",
            to_translate("Tijd tot de start naar gebied"),
            Unit.YOUTHS,
            to_translate("De tijd van de aanmelding tot de dag waarop de eerste inzet begon."),
            rows="gebied",
            columns="wachttijd",
        ),
    ),
)
FUNDING = Template(
    code="financiering",
    version=1,
    title=to_translate("Financieringsstromen"),
    purpose=to_translate(
        "Welke inzet uit welke geldstroom is betaald: één registratie, meer verantwoordingen."
    ),
    base=10,
    k=10,
    indicators=(
        _table(
            "geldstroom_spoor",
            to_translate("Inzet naar geldstroom en spoor"),
            Unit.TRAJECTORIES,
            to_translate("De geldstroom is wat bij het inzetten is gekozen: één voor elk traject."),
            rows="geldstroom",
            columns="spoor",
            charts=("geldstroom",),
        ),
        _table(
            "geldstroom_stand",
            to_translate("Inzet naar geldstroom en stand"),
            Unit.TRAJECTORIES,
            _STATE,
            rows="geldstroom",
            columns="uitkomst",
        ),
    ),
)
PLAN_1 = Template(
    code="plan",
    version=1,
    title=to_translate("Plan tegen realisatie"),
    purpose=to_translate("Wat er begon, naast de plekken van het plan van de gemeente."),
    base=10,
    k=10,
    indicators=(
        _table(
            "plan_inzet",
            to_translate("Gestarte trajecten naar inzet"),
            Unit.TRAJECTORIES,
            to_translate("Een traject telt mee bij de inzet uit de catalogus waarmee het begon."),
            rows="inzet",
        ),
        _table(
            "plan_spoor",
            to_translate("Gestarte trajecten naar spoor"),
            Unit.TRAJECTORIES,
            to_translate("Het spoor van de interventie: kansen, grenzen of allebei."),
            rows="spoor",
            charts=("spoor",),
        ),
    ),
)
_AREA_OF_WORK = to_translate("Het focusgebied is dat van de zaak waarin het traject begon.")
PLAN = Template(
    code="plan",
    version=2,
    title=PLAN_1.title,
    purpose=PLAN_1.purpose,
    base=10,
    k=10,
    indicators=(
        _table(
            "plan_inzet_gebied",
            to_translate("Gestarte trajecten naar inzet en gebied"),
            Unit.TRAJECTORIES,
            _AREA_OF_WORK,
            rows="inzet",
            columns="gebied",
        ),
        _table(
            "plan_spoor_gebied",
            to_translate("Gestarte trajecten naar spoor en gebied"),
            Unit.TRAJECTORIES,
            _AREA_OF_WORK,
            rows="spoor",
            columns="gebied",
            charts=("spoor", "gebied"),
        ),
    ),
)
SHIPPED: Mapping[tuple[str, int], Template] = {
    (each.code, each.version): each
    for each in (
        YEARLY_1,
        YEARLY,
        QUARTERLY,
        INFLOW,
        EVIDENCE_1,
        EVIDENCE,
        AREAS,
        FUNDING,
        PLAN_1,
        PLAN,
    )
}


def latest() -> dict[str, Template]:
    """Return the newest shipped version of each report, by code."""
    newest: dict[str, Template] = {}
    for template in sorted(SHIPPED.values(), key=lambda each: each.version):
        newest[template.code] = template
    return {code: newest[code] for code, _version in SHIPPED if code in newest}
