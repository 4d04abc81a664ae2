"""The access policy: one pure, total decision over one table that a jurist can read.

The table is `policy.csv` beside this file. A row grants; what no row grants is refused.
"""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

from pmg.reference.labelled import Labelled

TABLE = Path(__file__).with_name("policy.csv")
ANY = "*"


class Role(Labelled):
    """What a person is, in the municipality or on one case."""

    CASE_DIRECTOR = "case_director", "casusregisseur"
    PROCESS_DIRECTOR = "process_director", "procesregisseur"
    YOUTH_WORKER = "youth_worker", "jongerenwerker"
    PARTNER = "partner_professional", "partner"
    TEAM_MANAGER = "team_manager", "teammanager"
    ADMINISTRATOR = "functional_administrator", "functioneel beheerder"
    PRIVACY_OFFICER = "data_protection_officer", "functionaris gegevensbescherming"
    POLICY_OFFICER = "policy_officer", "beleidsmedewerker"
    MINISTRY_READER = "ministry_reader", "lezer ministerie"


class Category(StrEnum):
    """Kinds of data that law treats apart."""

    IDENTITY = "identity"
    BSN = "bsn"
    PLAN = "plan"
    JOURNAL = "journal"
    PRIVATE = "private"
    POLICE = "police"
    JUSTICE = "justice"
    MEDICAL = "medical"
    SPECIAL = "special"
    SCHOOL = "school"
    GROUP = "group"
    PICTURE = "picture"
    STATISTICS = "statistics"
    LOG = "log"
    NONE = "-"


class Action(StrEnum):
    """What can be asked of the product, as resource:verb."""

    ACCOUNT_LIST = "account:list"
    ACTION_PLAN_EDIT = "action_plan:edit"
    ACTION_PLAN_SHOW = "action_plan:show"
    ACTIVITY_KEEP = "activity:keep"
    ACTIVITY_SHOW = "activity:show"
    AGREEMENT_KEEP = "agreement:keep"
    AGREEMENT_SHOW = "agreement:show"
    APPOINTMENT_KEEP = "appointment:keep"
    APPOINTMENT_LIST = "appointment:list"
    BSN_REVEAL = "bsn:reveal"
    CASE_CLOSE = "case:close"
    CASE_EDIT = "case:edit"
    CASE_HAND_OVER = "case:hand_over"
    CASE_IMPORT = "case:import"
    CASE_INVITE = "case:invite"
    CASE_LIST = "case:list"
    CASE_REFER = "case:refer"
    CASE_SHOW = "case:show"
    CASE_TRIAGE = "case:triage"
    CATALOGUE_EDIT = "catalogue:edit"
    CATALOGUE_SHOW = "catalogue:show"
    DATA_READ = "data:read"
    DAY_SHOW = "day:show"
    DEFINITION_MAKE = "definition:make"
    DEFINITION_SHOW = "definition:show"
    DELIVERY_APPROVE = "delivery:approve"
    DELIVERY_COUNT = "delivery:count"
    DELIVERY_END = "delivery:end"
    DELIVERY_KEEP = "delivery:keep"
    DELIVERY_LIST = "delivery:list"
    DELIVERY_SHOW = "delivery:show"
    DOCUMENT_ADD = "document:add"
    DOCUMENT_CHANGE = "document:change"
    DOCUMENT_DOWNLOAD = "document:download"
    DOCUMENT_SHOW = "document:show"
    FACTOR_OBSERVE = "factor:observe"
    FACTOR_SHOW = "factor:show"
    FEED_KEEP = "feed:keep"
    FEEDBACK_KEEP = "feedback:keep"
    FEEDBACK_SHOW = "feedback:show"
    GROUP_LEAD = "group:lead"
    GROUP_LIST = "group:list"
    GROUP_SHOW = "group:show"
    GROUP_START = "group:start"
    GROUP_TRANSFER = "group:transfer"
    GROUP_WRITE = "group:write"
    INTERVENTION_ASSIGN = "intervention:assign"
    INTERVENTION_FIND = "intervention:find"
    INTERVENTION_MOVE = "intervention:move"
    LIST_KEEP = "list:keep"
    JOURNAL_DISPUTE = "journal:dispute"
    JOURNAL_GROUP = "journal:group"
    JOURNAL_KEEP = "journal:keep"
    JOURNAL_REPLY = "journal:reply"
    JOURNAL_SHOW = "journal:show"
    JOURNAL_WRITE = "journal:write"
    KNOWN_ANSWER = "known:answer"
    KNOWN_ASK = "known:ask"
    LOG_SEARCH = "log:search"
    LOG_SHOW = "log:show"
    MEASURE_KEEP = "measure:keep"
    MEASURE_SHOW = "measure:show"
    MEETING_CLOSE = "meeting:close"
    MEETING_CONTRIBUTE = "meeting:contribute"
    MEETING_LIST = "meeting:list"
    MEETING_PACK = "meeting:pack"
    MEETING_PREPARE = "meeting:prepare"
    MEETING_PROPOSE = "meeting:propose"
    MEETING_RUN = "meeting:run"
    MEETING_SHOW = "meeting:show"
    MERGE_DECIDE = "merge:decide"
    MERGE_PROPOSE = "merge:propose"
    NOTICE_KEEP = "notice:keep"
    NATIONAL_APPROVE = "national:approve"
    NATIONAL_EXPORT = "national:export"
    NATIONAL_IMPORT = "national:import"
    NATIONAL_MAKE = "national:make"
    NATIONAL_SHOW = "national:show"
    OFFER_KEEP = "offer:keep"
    PLAN_KEEP = "plan:keep"
    PROVIDER_ANSWER = "provider:answer"
    PROVIDER_LIST = "provider:list"
    PROVIDER_SHOW = "provider:show"
    PUBLIC = "public:open"
    REPORT_APPROVE = "report:approve"
    REPORT_DELIVER = "report:deliver"
    REPORT_EXPORT = "report:export"
    REPORT_LIST = "report:list"
    REPORT_MAKE = "report:make"
    REPORT_RECEIVE = "report:receive"
    REPORT_SHOW = "report:show"
    REPORT_VERIFY = "report:verify"
    SERIES_EXPORT = "series:export"
    SERIES_IMPORT = "series:import"
    SERIES_SHOW = "series:show"
    SESSION_KEEP = "session:keep"
    SHARE_DECIDE = "share:decide"
    SHARE_LIST = "share:list"
    SHARE_SHOW = "share:show"
    STREET_SEND = "street:send"
    STREET_SWITCH = "street:switch"
    STREET_TAKE = "street:take"
    STREET_USE = "street:use"
    TEAM_ALLOCATE = "team:allocate"
    TEAM_SHOW = "team:show"
    TASK_ANSWER = "task:answer"
    TASK_CHANGE = "task:change"
    TASK_GIVE = "task:give"
    TASK_LIST = "task:list"
    TASK_MANAGE = "task:manage"
    TASK_SHOW = "task:show"
    TRIAGE_LIST = "triage:list"
    TRIAGE_SET = "triage:set"
    YOUTH_CHECK = "youth:check"
    YOUTH_INFORM = "youth:inform"


class Tie(StrEnum):
    """What must bind the reader to the data, strongest last."""

    NOBODY = "anyone"  # also without an account
    MUNICIPALITY = "municipality"
    ADDRESSEE = "addressee"  # written to the reader himself; no seat on the case
    PROVIDER = "provider"  # sent to the reader's organisation, which offers it; no seat on the case
    MEMBER = "member"  # current member of the case, or of the group approach
    OWN = "own"  # member, and supplied by the reader's own organisation
    SHARED = "shared"  # member, and a share decision of the source includes the organisation
    AUTHOR = "author"  # member, and wrote it himself: his organisation alone is not enough


@dataclass(frozen=True, slots=True)
class Who:
    """The reader, as far as the policy needs to know."""

    roles: frozenset[Role] = frozenset()
    organisation_type: str = ""
    active: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What holds between this reader and this data at this moment."""

    same_municipality: bool = False
    member: bool = False
    own: bool = False
    shared: bool = False
    conflict: bool = False
    second_factor_fresh: bool = False
    author: bool = False
    provider: bool = False
    addressee: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    number: int
    action: Action
    categories: frozenset[Category]
    roles: frozenset[str]
    organisations: frozenset[str]
    tie: Tie
    obligations: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed or not, by which code, and what must be done with it."""

    allow: bool
    code: str
    obligations: frozenset[str] = field(default_factory=frozenset)


def _split(cell: str) -> frozenset[str]:
    return frozenset(cell.split())


def _read(row: dict[str, str], number: int) -> Rule:
    roles = _split(row["roles"])
    unknown = roles - {role.value for role in Role} - {ANY}
    if unknown:
        raise ValueError(f"policy.csv, rij {number}: onbekende rol {', '.join(sorted(unknown))}")
    return Rule(
        number=number,
        action=Action(row["action"]),
        categories=frozenset(Category(code) for code in row["categories"].split()),
        roles=roles,
        organisations=_split(row["organisations"]),
        tie=Tie(row["tie"]),
        obligations=_split(row["obligations"]),
        reason=row["reason"],
    )


@cache
def table() -> tuple[Rule, ...]:
    """Read the policy table once; ValueError names the row that cannot be read."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(_read(row, number) for number, row in enumerate(csv.DictReader(file), start=2))


@cache
def version() -> str:
    """SHA-256 of the table as shipped; it stands in every event of the log."""
    return hashlib.sha256(TABLE.read_bytes()).hexdigest()


def _tied(tie: Tie, facts: Facts) -> bool:
    if tie is Tie.NOBODY:
        return True
    if not facts.same_municipality or facts.conflict:
        return False
    return {
        Tie.MUNICIPALITY: True,
        Tie.ADDRESSEE: facts.addressee,
        Tie.PROVIDER: facts.provider,
        Tie.MEMBER: facts.member,
        Tie.OWN: facts.member and facts.own,
        Tie.SHARED: facts.member and facts.shared,
        Tie.AUTHOR: facts.member and facts.author,
    }[tie]


def _addressed(rule: Rule, who: Who) -> bool:
    return bool(ANY in rule.roles or rule.roles & who.roles) and bool(
        ANY in rule.organisations or who.organisation_type in rule.organisations
    )


def _rules(action: Action, category: Category) -> Iterable[Rule]:
    return (r for r in table() if r.action is action and category in r.categories)


def decide(who: Who, action: Action, category: Category, facts: Facts) -> Decision:
    """Decide one question. Never raises; what no row grants is refused.

    The code of a refusal names the nearest reason, for the log and for
    'why can I not see this?': it is never shown to someone who may not know the item exists.
    """
    nearest = "no_rule"
    for rule in _rules(action, category):
        if rule.tie is not Tie.NOBODY and not who.active:
            nearest = "not_active"
        elif rule.tie is not Tie.NOBODY and not _addressed(rule, who):
            continue
        elif not _tied(rule.tie, facts):
            nearest = f"not_{rule.tie}"
        elif "fresh_second_factor" in rule.obligations and not facts.second_factor_fresh:
            nearest = "second_factor_stale"
        else:
            return Decision(allow=True, code=f"row_{rule.number}", obligations=rule.obligations)
    return Decision(allow=False, code=nearest)


def grants(who: Who, action: Action) -> bool:
    """Tell whether any row could grant this action to this reader: for menus, never for data."""
    return who.active and any(_addressed(r, who) for r in table() if r.action is action)
