"""Who is at work now, what has been decided for him, and what he has seen.

The context is a context variable, not a request: the worker and the command line stand before
the same walls as the pages do. Without a context nothing is permitted and nothing opens.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pmg.clock import now
from pmg.errors import NotPermitted
from pmg.security import policy
from pmg.security.policy import Action, Category, Decision, Facts, Role, Who

STEP_UP = timedelta(minutes=5)

# What an answer of the policy rests on within one piece of work: the action, the category, the
# seat, whether the item is of the reader's municipality, of his own organisation, shared with him,
# written by himself, sent to his organisation as the provider, and written to him.
_Question = tuple[Action, Category, Role | None, bool, bool, bool, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Reader:
    """A signed-in person, as the session holds him."""

    user_id: UUID
    municipality_id: str
    municipality_name: str
    organisation_id: UUID
    organisation_name: str
    organisation_type: str
    roles: frozenset[Role]
    session_id: UUID
    session_digest: bytes
    second_factor_at: datetime
    name: str

    @property
    def who(self) -> Who:
        """The reader as the policy knows him when no case is in play."""
        return Who(self.roles, self.organisation_type, active=True)


@dataclass(frozen=True, slots=True)
class Membership:
    """One current membership of the reader."""

    case_id: UUID
    youth_id: UUID
    function: Role


@runtime_checkable
class Resource(Protocol):
    """What can be asked for: anything that knows to whom it belongs."""

    @property
    def municipality_id(self) -> str:
        """The municipality it belongs to."""

    @property
    def access_case_id(self) -> UUID | None:
        """The case it belongs to; None when it belongs to a youth or to no one."""

    @property
    def access_youth_id(self) -> UUID | None:
        """The youth it is about; None when it is about no one."""

    @property
    def access_source_id(self) -> UUID | None:
        """The organisation that supplied it, when that matters."""


class OfMunicipality:
    """What a row answers that is of the municipality as a whole: it is about no youth."""

    @property
    def access_case_id(self) -> UUID | None:
        """It is of no case."""
        return None

    @property
    def access_youth_id(self) -> UUID | None:
        """It is about no one."""
        return None

    @property
    def access_source_id(self) -> UUID | None:
        """No one organisation supplied it."""
        return None


@dataclass(frozen=True, slots=True)
class Workplace:
    """The reader's own desk: for pages that are about no one in particular."""

    municipality_id: str
    access_case_id: UUID | None = None
    access_youth_id: UUID | None = None
    access_source_id: UUID | None = None


@dataclass(slots=True)
class Work:
    """One piece of work: a request, a command, a job."""

    reader: Reader
    request_id: str
    address: str
    action: Action | None = None
    code: str = ""
    refusal: str = ""  # why a verb said no, when that belongs in the log as well
    case_id: UUID | None = None
    memberships: dict[UUID, Membership] = field(default_factory=dict)
    asked: set[UUID] = field(default_factory=set)
    carried: frozenset[UUID] | None = None  # what the reader's organisation carries out
    subjects: dict[UUID, set[str]] = field(default_factory=dict)
    written: list[tuple[Action, str, UUID]] = field(default_factory=list)
    changes: dict[UUID, dict[str, str]] = field(default_factory=dict)
    group_id: UUID | None = None
    group_seats: dict[UUID, Role | None] = field(default_factory=dict)
    ciphers: dict[UUID, AESGCM] = field(default_factory=dict)
    decisions: dict[_Question, Decision] = field(default_factory=dict)
    read: dict[str, object] = field(default_factory=dict)  # what a room read once for all of it


_work: ContextVar[Work | None] = ContextVar("pmg_work", default=None)
_find_memberships: list[Callable[[Work, Resource], Mapping[UUID, Membership]]] = []
_find_carried: list[Callable[[], frozenset[UUID]]] = []
_find_group_seat: list[Callable[[UUID], Role | None]] = []


def memberships_come_from(
    find: Callable[[Work, Resource], Mapping[UUID, Membership]],
) -> None:
    """Plug in the query for memberships; `security.identity` does so."""
    _find_memberships[:] = [find]


def carried_comes_from(find: Callable[[], frozenset[UUID]]) -> None:
    """Plug in the query for what an organisation carries out; `security.identity` does so."""
    _find_carried[:] = [find]


def group_seats_come_from(find: Callable[[UUID], Role | None]) -> None:
    """Plug in the query for the reader's seat in a group approach; `groups` does so."""
    _find_group_seat[:] = [find]


@contextmanager
def at_work(work: Work) -> Iterator[Work]:
    """Do what follows as this reader."""
    token = _work.set(work)
    try:
        yield work
    finally:
        _work.reset(token)


def current() -> Work | None:
    """Return the work under way, or None."""
    return _work.get()


def work() -> Work:
    """Return the work under way; raise NotPermitted without one."""
    if (present := _work.get()) is None:
        raise NotPermitted("no_context")
    return present


def reader() -> Reader:
    """Return who is at work; raise NotPermitted when no one is."""
    return work().reader


def workplace() -> Workplace:
    """Return the desk of who is at work."""
    return Workplace(reader().municipality_id)


def _membership(at: Work, item: Resource) -> Membership | None:
    case_id, youth_id = item.access_case_id, item.access_youth_id
    key = case_id or youth_id
    if key is None:
        return None
    found = at.memberships.get(key)
    if found is None and key not in at.asked:
        at.asked.add(key)
        at.memberships.update(_find_memberships[0](at, item))
        found = at.memberships.get(key)
    # A seat is worth no more than the role in the municipality for which it was given.
    return found if found is not None and found.function in at.reader.roles else None


def _function(at: Work, item: Resource) -> Role | None:
    """Return as what the reader takes part: in the case of an item, or in its group approach."""
    group_id: UUID | None = getattr(item, "access_group_id", None)
    if group_id is None:
        membership = _membership(at, item)
        return membership.function if membership else None
    if group_id not in at.group_seats:
        at.group_seats[group_id] = _find_group_seat[0](group_id)
    found = at.group_seats[group_id]
    return found if found in at.reader.roles else None


def remember(membership: Membership) -> None:
    """Note a membership that a query has just read, so that it is not asked again."""
    at = work()
    at.memberships[membership.case_id] = membership
    at.memberships.setdefault(membership.youth_id, membership)


def remember_seat(item: Resource, function: Role | None) -> None:
    """Note the reader's seat on the case of an item, or that he has none."""
    case_id, youth_id = item.access_case_id, item.access_youth_id
    if case_id is None or youth_id is None:
        return
    if function is None:
        work().asked.add(case_id)
    else:
        remember(Membership(case_id, youth_id, function))


def leave_no_line() -> None:
    """Say that nothing of a file is shown or written: what is typed is kept every few seconds.

    A line in the log for each would hide the lines that count.
    """
    work().case_id = None


def forget() -> None:
    """Drop what was read of memberships: the next question asks the database again."""
    at = work()
    at.memberships.clear()
    at.asked.clear()
    at.carried = None
    at.group_seats.clear()


def _is_provider(at: Work, item: Resource) -> bool:
    """Tell whether it was sent to the reader's organisation, or is carried out by it."""
    if getattr(item, "access_provider_id", None) == at.reader.organisation_id:
        return True
    trajectory_id: UUID | None = getattr(item, "access_trajectory_id", None)
    if trajectory_id is None or Role.PARTNER not in at.reader.roles:
        return False
    if at.carried is None:
        at.carried = _find_carried[0]()
    return trajectory_id in at.carried


def decide(action: Action, item: Resource, *, category: Category = Category.NONE) -> Decision:
    """Ask the policy about this item for who is at work.

    Fifty youths on a page ask the same question: it is answered once in a piece of work.
    """
    at = work()
    question = (
        action,
        category,
        _function(at, item),
        item.municipality_id == at.reader.municipality_id,
        item.access_source_id in {None, at.reader.organisation_id},
        # Most rows are never shared one by one, and of nobody in particular.
        getattr(item, "access_is_shared", False),
        getattr(item, "access_author_id", None) == at.reader.user_id,
        _is_provider(at, item),
        getattr(item, "access_addressee_id", None) == at.reader.user_id,
    )
    answer = at.decisions.get(question)
    if answer is None:
        answer = at.decisions[question] = _answer(at.reader, question)
    return answer


def _answer(who_asks: Reader, question: _Question) -> Decision:
    action, category, function, same, own, shared, author, provider, addressee = question
    who = who_asks.who
    if function is not None:
        who = Who(frozenset({function}), who.organisation_type, active=True)
    facts = Facts(
        same_municipality=same,
        member=function is not None,
        own=own,
        shared=shared,
        author=author,
        provider=provider,
        addressee=addressee,
        second_factor_fresh=now() - who_asks.second_factor_at <= STEP_UP,
    )
    return policy.decide(who, action, category, facts)


def may(action: Action, item: Resource, *, category: Category = Category.NONE) -> bool:
    """Tell whether it is permitted; for choosing what to show, never in place of `require`."""
    return _work.get() is not None and decide(action, item, category=category).allow


def require(action: Action, item: Resource, *, category: Category = Category.NONE) -> Decision:
    """Decide, or raise NotPermitted with the code of the refusal."""
    decision = decide(action, item, category=category)
    at = work()
    if not at.code or not decision.allow:  # the first decision is that of the page itself
        at.action, at.code, at.case_id = action, decision.code, item.access_case_id
        at.group_id = getattr(item, "access_group_id", None)
    if not decision.allow:
        raise NotPermitted(decision.code)
    return decision


def open_field(item: Resource, category: Category, name: str) -> None:
    """Decide whether a field may open, and note for the log that it did.

    Called by `Encrypted`; raises NotPermitted when the category is closed to the reader.
    """
    require(Action.DATA_READ, item, category=category)
    work().group_id = getattr(item, "access_group_id", None) or work().group_id
    if item.access_youth_id is not None:
        work().subjects.setdefault(item.access_youth_id, set()).add(name)
