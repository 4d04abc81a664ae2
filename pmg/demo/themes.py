"""What invented youths are referred for: sentences that could be said to the youth himself."""

from dataclasses import dataclass
from random import Random

from pmg.demo.chances import chance


@dataclass(frozen=True, slots=True)
class Theme:
    """One kind of worry: the factors it shows in, and the ways people put it."""

    factors: tuple[str, ...]
    protective: tuple[str, ...]
    from_age: int
    to_age: int
    legal_basis: str
    purposes: tuple[str, ...]
    worries: tuple[str, ...]
    wishes: tuple[str, ...]


THEMES = (
    Theme(
        ("R-SCH-VERZUIM", "R-SCH-BINDING", "R-SCH-PREST", "R-VRI-VRIJETIJD"),
        ("P-SCH-BINDING", "P-GEZ-SAMENWERK", "P-IND-TOEKOMST"),
        8, 17, "LEERPLICHT", ("VOORKOMEN", "SCHOOL-WERK"),
        (
            "{name} komt sinds {month} vaak niet of te laat op school.",
            "{name} miste in {month} meer dan twintig lesuren zonder bericht.",
            "{name} is dit schooljaar twee keer geschorst en ziet weinig nut in school.",
            "De cijfers van {name} zakken en {name} zegt zich op school niet thuis te voelen.",
        ),
        (
            "We willen samen met {name} en de ouders zorgen dat school weer lukt.",
            "Een vaste mentor kan {name} helpen om weer naar de les te gaan.",
            "{name} wil zelf ook dat het beter gaat, maar weet niet hoe.",
        ),
    ),
    Theme(
        ("R-VRI-VRIJETIJD", "R-VRI-DRUK", "R-VRI-DELINQ", "R-BUU-COHESIE"),
        ("P-VRI-VRIJETIJD", "P-VRI-PROSOC", "P-BUU-ROLMODEL"),
        8, 17, "JEUGDWET", ("VOORKOMEN",),
        (
            "{name} is sinds {month} elke avond tot laat op straat met oudere jongens.",
            "{name} hangt veel rond bij het winkelcentrum en doet mee met wat de groep doet.",
            "{name} stopte in {month} met sporten en is nu veel buiten zonder iets te doen.",
            "Buurtbewoners zien {name} vaak bij ruzies op het plein. {name} loopt mee met anderen.",
        ),
        (
            "{name} praat graag over voetbal; daar ligt een kans.",
            "We zoeken samen iets te doen na school, met een volwassene die {name} vertrouwt.",
            "De jongerenwerker kent {name} en wil helpen om andere vrienden te vinden.",
        ),
    ),
    Theme(
        ("R-VRI-DELINQ", "R-VRI-GROEP", "R-IND-HOUDING", "R-IND-SENSATIE", "R-IND-DELICT"),
        ("P-IND-MOTIVATIE", "P-BUU-ROLMODEL", "P-GEZ-BAND"),
        12, 27, "OPENBARE-ORDE", ("VOORKOMEN", "NIET-VERDER"),
        (
            "{name} gaat sinds {month} om met jongeren die voor diefstal zijn aangehouden.",
            "{name} is in {month} twee keer staande gehouden met een groep die overlast geeft.",
            "{name} zegt dat snel geld verdienen normaal is en kent mensen die dat doen.",
            "{name} rijdt mee in auto's van oudere jongens en wil niet zeggen wat ze doen.",
        ),
        (
            "{name} luistert wel naar de oom; die wil meedenken.",
            "We willen er op tijd bij zijn, met steun en met duidelijke grenzen.",
            "{name} wil wel werken. Een eigen inkomen kan helpen.",
        ),
    ),
    Theme(
        ("R-IND-ONLINE", "R-IND-SENSATIE", "R-GEZ-ARMOEDE", "R-VRI-DRUK"),
        ("P-GEZ-TOEZICHT", "P-IND-NORMEN", "P-SCH-WERK"),
        12, 27, "JEUGDWET", ("VOORKOMEN", "NIET-VERDER"),
        (
            "Op de rekening van {name} is in {month} geld gestort dat niet van {name} was.",
            "{name} kreeg online geld aangeboden voor het uitlenen van een bankpas.",
            "{name} koopt dure kleding en kan niet uitleggen waar het geld vandaan komt.",
            "{name} deelde in {month} berichten waarin iemand werd bedreigd.",
        ),
        (
            "{name} schrok van het gesprek en wil weten hoe je hier uitkomt.",
            "We willen uitleggen wat er kan gebeuren en helpen met de schulden thuis.",
            "Een bijbaan en een gesprek met de bank zijn de eerste stappen.",
        ),
    ),
    Theme(
        ("R-IND-AGRESSIE", "R-IND-IMPULS", "R-IND-SOCVAARD", "R-GEZ-CONFLICT"),
        ("P-IND-ZELFCONTR", "P-IND-SOCVAARD", "P-GEZ-SAMENWERK"),
        8, 17, "JEUGDWET", ("VOORKOMEN", "HULP-AFSTEMMEN"),
        (
            "{name} had sinds {month} drie keer ruzie op school waarbij geslagen is.",
            "{name} wordt snel boos en weet dan niet meer te stoppen.",
            "{name} gooide in {month} met stenen naar een auto en had daar later spijt van.",
            "Thuis zijn er vaak heftige ruzies en op school gaat het daarna ook mis met {name}.",
        ),
        (
            "{name} wil leren om eerder weg te lopen van een ruzie.",
            "Een training kan {name} helpen om rustig te blijven.",
            "De ouders vragen zelf om hulp en willen meedoen.",
        ),
    ),
    Theme(
        ("R-GEZ-TOEZICHT", "R-GEZ-BINDING", "R-GEZ-ARMOEDE", "R-VRI-VRIJETIJD"),
        ("P-GEZ-BAND", "P-GEZ-TOEZICHT", "P-VRI-VRIJETIJD"),
        8, 17, "JEUGDWET", ("VOORKOMEN", "HULP-AFSTEMMEN"),
        (
            "De ouders van {name} werken 's avonds en weten vaak niet waar {name} is.",
            "{name} past veel op de jongere kinderen thuis en komt niet aan school toe.",
            "Thuis zijn er geldzorgen. {name} zegt zelf voor geld te willen zorgen.",
            "{name} slaapt sinds {month} op verschillende plekken en heeft weinig rust.",
        ),
        (
            "De moeder van {name} wil hulp, maar weet niet waar te beginnen.",
            "Eén vaste begeleider voor het hele gezin zou veel schelen.",
            "{name} gaat graag naar het buurthuis; dat willen we zo houden.",
        ),
    ),
    Theme(
        ("R-SCH-UITVAL", "R-SCH-WERKLOOS", "R-GEZ-ARMOEDE", "R-IND-HOUDING"),
        ("P-SCH-WERK", "P-IND-TOEKOMST", "P-IND-MOTIVATIE"),
        16, 22, "RMC", ("SCHOOL-WERK", "VOORKOMEN"),
        (
            "{name} stopte in {month} met het mbo en heeft nu geen school en geen werk.",
            "{name} zit sinds {month} thuis en draait dag en nacht om.",
            "{name} werd in {month} afgewezen voor een stage en gaf het toen op.",
            "{name} heeft schulden en ziet geen manier om aan geld te komen.",
        ),
        (
            "{name} wil iets met techniek; een werkplek met begeleiding past goed.",
            "We zoeken samen een plek waar {name} kan leren en verdienen.",
            "{name} komt afspraken na als iemand even belt.",
        ),
    ),
    Theme(
        ("R-IND-SLACHTOFFER", "R-VRI-DRUK", "R-VRI-DELINQ", "R-BUU-CRIM"),
        ("P-BUU-ROLMODEL", "P-GEZ-BAND", "P-IND-VEERKRACHT"),
        12, 22, "JEUGDWET", ("VOORKOMEN", "HULP-AFSTEMMEN"),
        (
            "{name} zegt dat anderen dwingen om pakketjes weg te brengen.",
            "{name} durft sinds {month} niet meer langs het station en wil niet zeggen waarom.",
            "{name} kreeg een dure telefoon en moet daar nu iets voor terugdoen.",
            "{name} werd in {month} op straat beroofd en is sindsdien veel met oudere jongens.",
        ),
        (
            "Veiligheid staat voorop. {name} moet weten bij wie hulp te vragen is.",
            "{name} vertrouwt de jongerenwerker en wil met hem verder praten.",
            "We willen {name} helpen om nee te zeggen, samen met de ouders.",
        ),
    ),
    Theme(
        ("R-IND-WAPEN", "R-VRI-GROEP", "R-IND-AGRESSIE", "R-BUU-MIDDEL"),
        ("P-IND-NORMEN", "P-GEZ-SAMENWERK", "P-VRI-PROSOC"),
        12, 27, "OPENBARE-ORDE", ("NIET-VERDER", "VOORKOMEN"),
        (
            "Bij {name} is in {month} een mes gevonden.",
            "{name} zegt een mes te dragen om zich veilig te voelen.",
            "{name} was in {month} bij een vechtpartij tussen twee groepen.",
            "{name} laat online foto's van wapens zien; of die echt zijn is niet bekend.",
        ),
        (
            "{name} is bang. Daar willen we eerst iets aan doen.",
            "De ouders schrokken en doen mee aan gesprekken.",
            "We spreken duidelijke grenzen af en bieden een training aan.",
        ),
    ),
)  # fmt: skip
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
    "oktober", "november", "december",
)  # fmt: skip
_OPENINGS = {
    "school": ("School maakt zich zorgen. ", "De mentor meldt: ", ""),
    "politie": ("De wijkagent kent de jongere van straat. ", "", "De jeugdagent meldt: "),
    "jongerenwerk": ("Uit gesprekken in het buurthuis: ", "", "De jongerenwerker ziet: "),
    "ouder": ("Een van de ouders vraagt om hulp. ", "De ouders zeggen: "),
    "jongere": ("De jongere vroeg zelf om hulp. ",),
}


def theme(rng: Random, age: int) -> Theme:
    """Choose what the worry is about, among what fits the age."""
    return rng.choice([one for one in THEMES if one.from_age <= age <= one.to_age])


def reason(rng: Random, about: Theme, *, name: str, kind: str, month: int) -> str:
    """Return the reason of a referral in plain words; `month` is that of the referral, 1 to 12."""
    earlier = _MONTHS[(month - 1 - rng.randint(1, 4)) % len(_MONTHS)]
    first, second = rng.sample(about.worries, 2)
    worries = f"{first} {second}" if chance(rng, 40) else first
    text = f"{rng.choice(_OPENINGS.get(kind, ('',)))}{worries} {rng.choice(about.wishes)}"
    return text.format(name=name, month=earlier)
