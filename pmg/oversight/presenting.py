"""The log in plain Dutch: who did what, by day, in words that a youth can be shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from pmg.clock import AMSTERDAM
from pmg.oversight.queries import Event
from pmg.security import policy
from pmg.security.policy import Action, Role
from pmg.texts import translated

# What someone did when he changed something, and when he only looked.
_CHANGED = {
    Action.CASE_REFER: _l("meldde de jongere aan"),
    Action.CASE_IMPORT: _l("nam de zaak over uit een lijst"),
    Action.CASE_INVITE: _l("liet een partner of voorzitter deelnemen, of niet meer"),
    Action.CASE_TRIAGE: _l("besliste over de aanmelding"),
    Action.FEEDBACK_KEEP: _l("legde vast wat de aanmelder hoort van het besluit"),
    Action.GROUP_START: _l("begon een groepsaanpak"),
    Action.GROUP_LEAD: _l("werkte een groepsaanpak bij"),
    Action.GROUP_WRITE: _l("schreef in een groepsaanpak"),
    Action.GROUP_TRANSFER: _l("begon een aanmelding vanuit een groepsaanpak"),
    Action.TRIAGE_SET: _l("koos de vaste tijd van de triage"),
    Action.CASE_EDIT: _l("wijzigde gegevens"),
    Action.CASE_CLOSE: _l("sloot de zaak af"),
    Action.MEETING_CLOSE: _l("zette een verslag van een overleg vast"),
    Action.MEETING_CONTRIBUTE: _l("droeg bij aan een onderwerp van een overleg"),
    Action.MEETING_LIST: _l("meldde wie bij een overleg was"),
    Action.MEETING_PACK: _l("drukte onderwerpen van een overleg af of bewaarde ze als PDF"),
    Action.MEETING_PREPARE: _l("bereidde een overleg voor"),
    Action.MEETING_PROPOSE: _l("stelde een onderwerp voor een overleg voor of trok het in"),
    Action.MEETING_RUN: _l("leidde een overleg"),
    Action.MEETING_SHOW: _l("nam een besluit van een overleg over"),
    Action.MERGE_DECIDE: _l("besloot over twee dossiers van één jongere"),
    Action.MERGE_PROPOSE: _l("stelde voor om twee dossiers samen te voegen"),
    Action.DELIVERY_APPROVE: _l("besloot over het trajectplan of een pauze van een inzet"),
    Action.DELIVERY_END: _l("beëindigde een inzet die de eigen organisatie uitvoert"),
    Action.DELIVERY_KEEP: _l("werkte het trajectplan of de bijeenkomsten van een inzet bij"),
    Action.DOCUMENT_ADD: _l("voegde een document toe"),
    Action.DOCUMENT_CHANGE: _l("wijzigde of verwijderde een document"),
    Action.DOCUMENT_DOWNLOAD: _l("downloadde een document"),
    Action.SHARE_DECIDE: _l("deelde iets, verlengde dat of trok het in"),
    Action.KNOWN_ASK: _l("vroeg een organisatie of zij de jongere kent"),
    Action.KNOWN_ANSWER: _l("antwoordde of de organisatie de jongere kent"),
    Action.AGREEMENT_KEEP: _l("werkte een convenant bij"),
    Action.FACTOR_OBSERVE: _l("legde vast wat hij of zij zag"),
    Action.JOURNAL_WRITE: _l("legde contact vast"),
    Action.JOURNAL_KEEP: _l("wijzigde een contactmoment, of wie het leest"),
    Action.JOURNAL_DISPUTE: _l("schreef woorden van de jongere op"),
    Action.JOURNAL_REPLY: _l("reageerde op een contactmoment"),
    Action.APPOINTMENT_KEEP: _l("werkte een afspraak bij"),
    Action.INTERVENTION_ASSIGN: _l("zette inzet in"),
    Action.INTERVENTION_MOVE: _l("werkte de inzet bij"),
    Action.LOG_SEARCH: _l("zocht in het logboek"),
    Action.DEFINITION_MAKE: _l("maakte een versie van een rapport"),
    Action.REPORT_VERIFY: _l("controleerde een rapport"),
    Action.OFFER_KEEP: _l("werkte het aanbod van een aanbieder bij"),
    Action.PLAN_KEEP: _l("werkte het plan bij"),
    Action.MEASURE_KEEP: _l("legde een stap of uren van een inzet vast"),
    Action.ACTIVITY_KEEP: _l("legde een activiteit in de wijk vast"),
    Action.PROVIDER_ANSWER: _l("antwoordde als aanbieder op een verwijzing"),
    Action.REPORT_APPROVE: _l("besloot over een rapport"),
    Action.REPORT_DELIVER: _l("leverde een rapport aan het ministerie"),
    Action.REPORT_EXPORT: _l("haalde een rapport op"),
    Action.REPORT_MAKE: _l("maakte een rapport"),
    Action.SERIES_IMPORT: _l("nam cijfers van buiten over"),
    Action.FEED_KEEP: _l("werkte de eigen agenda-koppeling bij"),
    Action.ACTION_PLAN_EDIT: _l("werkte het plan van de jongere bij"),
    Action.STREET_SWITCH: _l("zette Op straat aan of uit"),
    Action.STREET_TAKE: _l("nam de voornaam mee op een toestel"),
    Action.STREET_USE: _l("wiste een lijst van een toestel"),
    Action.TASK_ANSWER: _l("beantwoordde een taak"),
    Action.TASK_CHANGE: _l("wijzigde een taak"),
    Action.TASK_GIVE: _l("gaf een taak"),
    Action.YOUTH_CHECK: _l("keek of een jongere bekend is"),
}
_LOOKED = {
    Action.ACCOUNT_LIST: _l("bekeek de accounts"),
    Action.ACTION_PLAN_EDIT: _l("opende een formulier van het plan van de jongere"),
    Action.ACTION_PLAN_SHOW: _l("bekeek het plan van de jongere"),
    Action.BSN_REVEAL: _l("bekeek het hele BSN"),
    Action.CASE_CLOSE: _l("opende het formulier om af te sluiten"),
    Action.MEETING_CLOSE: _l("opende het formulier om een besluit door te voeren"),
    Action.MEETING_CONTRIBUTE: _l("opende een formulier bij een onderwerp van een overleg"),
    Action.MEETING_LIST: _l("bekeek de onderwerpen van een overleg"),
    Action.MEETING_PACK: _l("bekeek onderwerpen om af te drukken"),
    Action.MEETING_PREPARE: _l("opende een formulier om een overleg voor te bereiden"),
    Action.MEETING_PROPOSE: _l("opende het formulier om een onderwerp voor te stellen"),
    Action.MEETING_RUN: _l("opende een formulier in een overleg"),
    Action.MEETING_SHOW: _l("bekeek een onderwerp van een overleg"),
    Action.MERGE_DECIDE: _l("bekeek twee dossiers naast elkaar"),
    Action.MERGE_PROPOSE: _l("bekeek twee dossiers naast elkaar"),
    Action.CASE_EDIT: _l("opende het formulier om gegevens te wijzigen"),
    Action.CASE_IMPORT: _l("bekeek een lijst om over te nemen"),
    Action.CASE_INVITE: _l("bekeek welke partner of voorzitter kan deelnemen"),
    Action.CASE_LIST: _l("bekeek de eigen caseload"),
    Action.CASE_REFER: _l("werkte aan een aanmelding"),
    Action.CASE_SHOW: _l("bekeek het dossier"),
    Action.CASE_TRIAGE: _l("opende het formulier voor de triage"),
    Action.DELIVERY_APPROVE: _l("opende het formulier voor een besluit bij een inzet"),
    Action.DELIVERY_COUNT: _l("bekeek aantallen over de eigen zaken"),
    Action.DELIVERY_END: _l("opende het formulier om een inzet te beëindigen"),
    Action.DELIVERY_KEEP: _l("opende een formulier bij het trajectplan of de bijeenkomsten"),
    Action.DELIVERY_LIST: _l("bekeek de eigen bijeenkomsten"),
    Action.DELIVERY_SHOW: _l("bekeek het trajectplan en de bijeenkomsten van een inzet"),
    Action.DOCUMENT_ADD: _l("opende het formulier voor een document"),
    Action.DOCUMENT_CHANGE: _l("opende het formulier om een document te wijzigen"),
    Action.DOCUMENT_DOWNLOAD: _l("wilde een document downloaden"),
    Action.SHARE_DECIDE: _l("opende het formulier om iets te delen"),
    Action.SHARE_LIST: _l("bekeek wat binnenkort stopt met delen"),
    Action.SHARE_SHOW: _l("bekeek wie wat ziet en op welke grond"),
    Action.KNOWN_ASK: _l("opende het formulier om te vragen wie de jongere kent"),
    Action.KNOWN_ANSWER: _l("las de vraag of de organisatie de jongere kent"),
    Action.DOCUMENT_SHOW: _l("bekeek documenten"),
    Action.FACTOR_OBSERVE: _l("opende het formulier voor een factor"),
    Action.FACTOR_SHOW: _l("bekeek het verloop van de factoren"),
    Action.MEASURE_KEEP: _l("opende een formulier van een inzet"),
    Action.MEASURE_SHOW: _l("bekeek de stappen of de uren van een inzet"),
    Action.ACTIVITY_KEEP: _l("bekeek de activiteiten van de eigen organisatie"),
    Action.ACTIVITY_SHOW: _l("bekeek afgeronde aantallen van activiteiten"),
    Action.APPOINTMENT_KEEP: _l("bekeek een afspraak"),
    Action.APPOINTMENT_LIST: _l("bekeek de eigen afspraken"),
    Action.INTERVENTION_ASSIGN: _l("opende het formulier voor inzet"),
    Action.INTERVENTION_FIND: _l("zocht passende inzet"),
    Action.INTERVENTION_MOVE: _l("bekeek een inzet"),
    Action.JOURNAL_DISPUTE: _l("opende een formulier bij een contactmoment"),
    Action.JOURNAL_GROUP: _l("opende het formulier voor contact met meer jongeren"),
    Action.JOURNAL_KEEP: _l("opende een formulier bij een contactmoment"),
    Action.JOURNAL_REPLY: _l("opende een formulier bij een contactmoment"),
    Action.JOURNAL_SHOW: _l("bekeek het contact"),
    Action.JOURNAL_WRITE: _l("opende het formulier voor contact"),
    Action.LOG_SEARCH: _l("zocht in het logboek"),
    Action.LOG_SHOW: _l("bekeek wie het dossier zag"),
    Action.PROVIDER_ANSWER: _l("opende als aanbieder het formulier om te antwoorden"),
    Action.PROVIDER_LIST: _l("bekeek als aanbieder wie naar de organisatie is verwezen"),
    Action.PROVIDER_SHOW: _l("las als aanbieder een verwijzing"),
    Action.SESSION_KEEP: _l("logde in"),
    Action.STREET_SEND: _l("verstuurde een notitie van een toestel"),
    Action.STREET_TAKE: _l("nam de voornaam mee op een toestel"),
    Action.STREET_USE: _l("koos wie mee op straat gaat"),
    Action.TASK_ANSWER: _l("opende het formulier om een taak te beantwoorden"),
    Action.TASK_CHANGE: _l("opende het formulier om een taak te wijzigen"),
    Action.TASK_GIVE: _l("opende het formulier om een taak te geven"),
    Action.TASK_LIST: _l("bekeek de eigen taken"),
    Action.TASK_SHOW: _l("bekeek taken"),
    Action.FEEDBACK_KEEP: _l("opende het formulier voor de terugkoppeling"),
    Action.FEEDBACK_SHOW: _l("las wat de aanmelder van het besluit hoort"),
    Action.GROUP_SHOW: _l("bekeek een groepsaanpak"),
    Action.GROUP_LIST: _l("bekeek de eigen groepsaanpakken"),
    Action.GROUP_LEAD: _l("opende een formulier van een groepsaanpak"),
    Action.GROUP_WRITE: _l("opende een formulier van een groepsaanpak"),
    Action.GROUP_TRANSFER: _l("las hoe een aanmelding vanuit een groepsaanpak begint"),
    Action.TRIAGE_LIST: _l("bekeek de aanmeldingen die op triage wachten"),
    Action.YOUTH_INFORM: _l("opende de brief of het overzicht voor de jongere"),
}
_FIELDS = {
    "given_name": _l("naam"),
    "family_name": _l("naam"),
    "birth_date": _l("geboortedatum"),
    "bsn": _l("BSN"),
    "area": _l("buurt"),
    "referrer_name": _l("wie aanmeldde"),
    "reason": _l("reden van de aanmelding"),
    "not_told_reason": _l("waarom nog niet verteld"),
    "motivation": _l("uitleg bij een besluit"),
    "told_words": _l("wat de aanmelder mag horen"),
    "note": _l("toelichting bij een factor"),
    "goal": _l("doel van de inzet"),
    "told_name": _l("naam"),
    "told_age": _l("leeftijd"),
    "message": _l("bericht aan de aanbieder"),
    "refusal": _l("waarom een aanbieder niet aannam"),
    "end_note": _l("toelichting bij het einde van de inzet"),
    "aim": _l("doelen van het plan"),
    "youth_words": _l("wat de jongere over het plan zegt"),
    "own_steps": _l("wat de jongere zelf doet"),
    "aim_end": _l("hoe een doel afliep"),
    "answer_words": _l("wat bij het akkoord is gezegd"),
    "plan_document": _l("een versie van het plan"),
    "review_words": _l("wat bij het terugkijken is afgesproken"),
    "review_document": _l("wat bij het terugkijken is gezien"),
    "title": _l("titel van een document"),
    "document": _l("inhoud van een document"),
    "removed_because": _l("waarom een document verwijderd is"),
    "why": _l("waarom iets is gedeeld, aangepast of verbeterd"),
    "no_agreement": _l("waarom er geen convenant bij hoort"),
    "asked_words": _l("vraag of een organisatie de jongere kent"),
    "text": _l("tekst van een contactmoment"),
    "clock": _l("tijd van een contactmoment"),
    "removal_reason": _l("waarom een contactmoment weg is"),
    "place": _l("plek van een afspraak"),
    "with_whom": _l("met wie een afspraak is"),
    "end_reason": _l("waarom een afspraak niet doorging"),
    "moved_because": _l("waarom een afspraak is verzet"),
    "draft": _l("eigen tekst die nog niet was verstuurd"),
    "what": _l("wat er moet gebeuren"),
    "question": _l("vraag aan een overleg"),
    "declined": _l("waarom een onderwerp niet op de agenda kwam"),
    "situation": _l("drie zinnen voor een overleg"),
    "tried": _l("drie zinnen voor een overleg"),
    "wish": _l("drie zinnen voor een overleg"),
    "necessity": _l("weging in een overleg"),
    "proportionality": _l("weging in een overleg"),
    "subsidiarity": _l("weging in een overleg"),
    "content": _l("verslag van een overleg, of inhoud"),
    "words": _l("uitleg of reactie in eigen woorden"),
    "element_lines": _l("onderdelen van de inzet"),
    "counted": _l("telde mee in aantallen voor het team"),
}
_REFUSALS = {
    "gone": _l("Het was er, maar is gewist."),
    "no_rule": _l("De regels voor toegang geven deze rol hier geen recht."),
    "not_active": _l("Het account is niet actief."),
    "not_found": _l("Het bestaat niet, of deze medewerker neemt er niet aan deel."),
    "not_member": _l("Deze medewerker neemt niet deel aan de zaak."),
    "not_municipality": _l("Het is van een andere gemeente."),
    "not_our_form": _l("Het formulier kwam niet van een pagina van dit programma, of was oud."),
    "not_owner": _l("Deze medewerker heeft of gaf de taak niet."),
    "not_own": _l("Het is vastgelegd door een andere organisatie."),
    "not_shared": _l("De organisatie die het vastlegde heeft het niet gedeeld."),
    "too_many_known": _l("Deze medewerker vroeg te vaak of een jongere bekend is."),
    "second_factor_stale": _l("De code uit de app was ouder dan vijf minuten."),
    "signed_in": _l("Wachtwoord en code klopten."),
    "password_changed": _l("Het wachtwoord is gewijzigd. Alle andere sessies zijn beëindigd."),
}


@dataclass(slots=True)
class Deed:
    """What one person did on one day, however often."""

    name: str
    organisation: str
    did: str
    is_denied: bool
    times: list[str] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)

    @property
    def saw(self) -> list[str]:
        """What opened to him, in words."""
        return field_names(self.fields)

    @property
    def when(self) -> str:
        """'09.12 en 10.40 uur'."""
        *earlier, last = self.times
        if not earlier:
            return str(_("%(time)s uur", time=last))
        return str(_("%(times)s en %(time)s uur", times=", ".join(earlier), time=last))


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the log of a case."""

    on: date
    deeds: list[Deed]

    @property
    def summary(self) -> str:
        """How many people there were."""
        people = len({deed.name for deed in self.deeds})
        return str(ngettext("%(num)d persoon", "%(num)d personen", people))


def days(events: Iterable[Event]) -> list[Day]:
    """Put events, newest first, together by day, and by person and deed within a day."""
    return [
        Day(on, _deeds(list(of_day)[::-1]))
        for on, of_day in groupby(events, key=lambda event: event.at.astimezone(AMSTERDAM).date())
    ]


def did(event: Event) -> str:
    """Return what someone did, to be read after his name."""
    if event.is_elsewhere:
        deed = did(replace(event, is_elsewhere=False))
        return str(_("%(deed)s, in een andere zaak van deze jongere", deed=deed))
    if event.outcome == "denied":
        return str(_("probeerde iets te openen en mocht dat niet"))
    known = {one.value for one in Action}
    changed = [Action(code) for code in event.written if code in known]
    found = next((_CHANGED[one] for one in changed if one in _CHANGED), None)
    if found is None and event.action in known:
        found = _LOOKED.get(Action(event.action))
    return str(found or _("deed iets anders (%(action)s)", action=event.action))


def ground(code: str) -> str:
    """Return the reason behind a decision: that of a row of the policy table, or of a refusal."""
    if not code.startswith("row_"):
        return str(_REFUSALS.get(code, ""))
    reasons = {f"row_{rule.number}": rule.reason for rule in policy.table()}
    return translated(reasons.get(code, ""))


def role_names(roles: Iterable[str]) -> str:
    """Return the roles in words."""
    return ", ".join(Role(role).label for role in roles)


def field_names(fields: Iterable[str]) -> list[str]:
    """Return in words which fields opened, each once, in a fixed order."""
    order = {name: place for place, name in enumerate(_FIELDS)}
    known = sorted(fields, key=lambda name: (order.get(name, len(order)), name))
    return list(dict.fromkeys(str(_FIELDS.get(name, name)) for name in known))


def _deeds(events: list[Event]) -> list[Deed]:
    found: dict[tuple[str, str, str], Deed] = {}
    for event in events:
        sentence = did(event)
        deed = found.setdefault(
            (event.name, event.organisation, sentence),
            Deed(
                name=event.name or _("Iemand zonder account"),
                organisation=event.organisation,
                did=sentence,
                is_denied=event.outcome == "denied",
            ),
        )
        time = f"{event.at.astimezone(AMSTERDAM):%H.%M}"
        if time not in deed.times:
            deed.times.append(time)
        deed.fields.update(event.fields)
    return list(found.values())
