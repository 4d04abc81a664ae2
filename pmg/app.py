"""The roof: puts the rooms, the extensions and the walls together, and checks that all stand."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.pool import NullPool
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from pmg import texts
from pmg.accounts import views as accounts
from pmg.action_plans import views as action_plans
from pmg.activities import views as activities
from pmg.cases import views as cases
from pmg.catalogue import views as catalogue
from pmg.definitions import views as definitions
from pmg.delivery import ending_views as endings
from pmg.delivery import gathering_views as gatherings
from pmg.delivery import views as delivery
from pmg.documents import views as documents
from pmg.extensions import csrf, db
from pmg.factors import views as factors
from pmg.groups import views as groups
from pmg.groups import working_views as group_work
from pmg.home import views as home
from pmg.imports import views as imports
from pmg.informing import views as informing
from pmg.interventions import arranging_views as arranging
from pmg.interventions import services as intervention_services
from pmg.interventions import views as interventions
from pmg.journal import appointment_views as appointments
from pmg.journal import views as journal
from pmg.lists import views as lists
from pmg.measures import views as measures
from pmg.meetings import contribution_views as contributions
from pmg.meetings import item_views as agenda_items
from pmg.meetings import live_views as live
from pmg.meetings import paper_views as packs
from pmg.meetings import proposal_views as proposals
from pmg.meetings import views as meetings
from pmg.merging import views as merging
from pmg.national import publication_views as publications
from pmg.national import views as national
from pmg.notices import services as notice_services
from pmg.notices import views as notices
from pmg.oversight import views as oversight
from pmg.plans import views as plans
from pmg.providers import queries as provided
from pmg.providers import views as providers
from pmg.reports import check_views as checks
from pmg.reports import draft_views as drafts
from pmg.reports import views as reports
from pmg.security import access, policy
from pmg.security.encryption import open_vault
from pmg.security.keystore import Keystore, RootKey
from pmg.security.policy import Action
from pmg.series import views as series
from pmg.sharing import agreement_views as agreements
from pmg.sharing import known_views as known
from pmg.sharing import seat_views as seats
from pmg.sharing import services as sharing_services
from pmg.sharing import views as sharing
from pmg.street import views as street
from pmg.tasks import feed_views as feeds
from pmg.tasks import services as task_services
from pmg.tasks import views as tasks
from pmg.teams import views as teams
from pmg.triage import views as triage
from pmg.web import (
    assets,
    door,
    errors,
    formats,
    headers,
    health,
    language,
    limits,
    logs,
    rendering,
    sessions,
)

ROOMS = (
    health,
    accounts,
    journal,  # the lists of Vandaag stand in the order of these rooms
    appointments,
    street,
    tasks,
    feeds,
    triage,
    cases,
    factors,
    action_plans,
    documents,
    sharing,
    known,
    seats,
    agreements,
    interventions,
    arranging,
    catalogue,
    providers,
    delivery,
    endings,
    gatherings,
    groups,
    group_work,
    measures,
    activities,
    meetings,
    agenda_items,
    contributions,
    proposals,
    live,
    packs,
    informing,
    imports,
    definitions,
    series,
    reports,
    checks,
    drafts,
    national,
    publications,
    plans,
    oversight,
    lists,
    teams,
    merging,
    notices,
    home,
)

# What stands in the bar at the top, in this order, for whom the policy grants it.
_BAR = (
    ("home.today", _l("Vandaag"), Action.DAY_SHOW),
    ("cases.caseload", _l("Mijn caseload"), Action.CASE_LIST),
    ("triage.week", _l("Triage"), Action.TRIAGE_LIST),
    ("teams.team", _l("Mijn team"), Action.TEAM_SHOW),
    ("tasks.mine", _l("Taken"), Action.TASK_LIST),
    ("meetings.listing", _l("Casusoverleg"), Action.MEETING_LIST),
    ("appointments.own_days", _l("Afspraken"), Action.APPOINTMENT_LIST),
    ("providers.mine", _l("Verwezen naar ons"), Action.PROVIDER_LIST),
    ("gatherings.own", _l("Bijeenkomsten"), Action.DELIVERY_LIST),
    ("groups.listing", _l("Groepsaanpak"), Action.GROUP_LIST),
    ("activities.own", _l("Onze activiteiten"), Action.ACTIVITY_KEEP),
    ("interventions.catalogue", _l("Interventies"), Action.CATALOGUE_SHOW),
    ("providers.offers", _l("Aanbod"), Action.OFFER_KEEP),
    ("activities.municipality", _l("Activiteiten in de wijk"), Action.ACTIVITY_SHOW),
    ("imports.start", _l("Lijst overnemen"), Action.CASE_IMPORT),
    ("reports.releases", _l("Rapportage"), Action.REPORT_LIST),
    ("checks.check_file", _l("Rapport controleren"), Action.REPORT_VERIFY),
    ("drafts.received", _l("Ontvangen rapporten"), Action.REPORT_RECEIVE),
    ("notices.listing", _l("Berichten"), Action.NOTICE_KEEP),
    ("national.delivered", _l("Landelijk"), Action.NATIONAL_SHOW),
    ("oversight.log_search", _l("Logboek"), Action.LOG_SEARCH),
    ("definitions.versions", _l("Rapporten beheren"), Action.DEFINITION_MAKE),
    ("accounts.account_list", _l("Accounts"), Action.ACCOUNT_LIST),
    ("street.switch", _l("Op straat beheren"), Action.STREET_SWITCH),
    ("agreements.overview", _l("Convenanten"), Action.AGREEMENT_KEEP),
)

# The pages of a provider: empty for a partner whose organisation offers nothing.
_OF_A_PROVIDER = frozenset({"providers.mine", "gatherings.own"})

# Pages that stand under the entry of another.
_UNDER = {
    "agenda_items": "meetings",
    "contributions": "meetings",
    "catalogue": "interventions",
    "group_work": "groups",
    "live": "meetings",
    "packs": "meetings",
    "proposals": "meetings",
    "publications": "national",
}
# Pages of these rooms about one item stand under the case that it belongs to.
_ON_A_CASE = frozenset(
    {
        "action_plans",
        "appointments",
        "arranging",
        "cases",
        "delivery",
        "documents",
        "endings",
        "factors",
        "gatherings",
        "informing",
        "interventions",
        "journal",
        "known",
        "measures",
        "merging",
        "oversight",
        "seats",
        "sharing",
        "teams",
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of the bar at the top."""

    label: str
    url: str
    active: bool
    count: int | None = None


def create_app(settings: Settings) -> Flask:
    """Build the application from its settings; refuses to start with a page left undeclared."""
    app = Flask("pmg", static_url_path=assets.address())
    _configure(app, settings)
    db.init_app(app)
    open_vault(Keystore(RootKey(settings.root_key)), settings.index_key)
    for part in (rendering, logs, headers, assets, limits, language, sessions, errors, formats):
        part.init_app(app)
    csrf.init_app(app)  # after the bounds: what is too large is not read for a token
    for room in ROOMS:
        app.register_blueprint(room.bp)
    app.context_processor(_page_context)
    intervention_services.listen()
    notice_services.listen()
    task_services.listen()
    sharing_services.listen()
    policy.table()
    texts.translate_with(_)
    door.refuse_undeclared(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_BINDS={
            "keystore": settings.keystore_url,
            "report": {"url": settings.report_database_url, "poolclass": NullPool},
        },
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": False, "pool_size": 4, "max_overflow": 4},
        SESSION_COOKIE_NAME="__Host-pmg" if settings.cookie_secure else "pmg",
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session; a form left open loses nothing
        WTF_CSRF_SSL_STRICT=False,  # the Origin check of web.limits; no referrer is ever sent
    )


def _page_context() -> dict[str, object]:
    """Give every page its frame; must not fail, also on an error page."""
    signed_in = current_user.is_authenticated and access.current() is not None
    locale = str(get_locale() or "nl")
    other = "en" if locale == "nl" else "nl"
    context: dict[str, object] = {
        "locale": locale,
        "other_locale_url": url_for("accounts.language", naar=other, terug=request.full_path),
        "may": access.may,
        "Action": Action,
        "reader": None,
        "navigation": (),
        "footer_links": (),
        "manifest_url": url_for("street.manifest"),
        "icon_url": url_for("street.icon", maat=180),
        "street_url": "",
    }
    if signed_in:
        reader = access.reader()
        settings: Settings = current_app.config["SETTINGS"]
        context |= {
            "reader": reader,
            "navigation": tuple(_bar()),
            "sign_out_url": url_for("accounts.sign_out"),
            "session_seconds": int(settings.session_idle.total_seconds()),
            "session_renew_url": url_for("home.start"),
            "street_url": url_for("street.page") if _writes(reader) else "",
            "footer_links": (Entry(_("Mijn sessies"), url_for("accounts.own_sessions"), False),),
        }
    return context


def _writes(reader: access.Reader) -> bool:
    return policy.grants(reader.who, Action.STREET_USE)


def _takes_part() -> bool:
    """Tell whether the page is of a case of the reader, and not of what he carries out."""
    work = access.work()
    return work.case_id is None or work.case_id in work.memberships


def _bar() -> list[Entry]:
    who = access.reader().who
    room = (request.endpoint or "").partition(".")[0]
    if "id" in (request.view_args or {}) and room in _ON_A_CASE:
        room = "cases" if _takes_part() else "providers"
    room = _UNDER.get(room, room)
    if room == "drafts" and policy.grants(who, Action.REPORT_LIST):
        room = "reports"
    empty = _always_empty(who)
    return [
        Entry(str(label), url_for(endpoint), active=endpoint.partition(".")[0] == room)
        for endpoint, label, action in _BAR
        if policy.grants(who, action) and endpoint not in empty
    ]


def _always_empty(who: policy.Who) -> frozenset[str]:
    """Return the pages that can hold nothing for this reader; at their address they still open."""
    has_meetings = policy.grants(who, Action.DELIVERY_COUNT)  # who sets to work has them himself
    if not policy.grants(who, Action.PROVIDER_LIST) or provided.offers_something():
        return frozenset()
    return _OF_A_PROVIDER - {"gatherings.own"} if has_meetings else _OF_A_PROVIDER
