"""The cast: the same people in tests, in the demo and in the guide."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid4

from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.orm import Session

from pmg.accounts.services import login_digest
from pmg.security import passwords, second_factor
from pmg.security.identity import MINISTRY, Municipality, Organisation, RoleGrant, User
from pmg.security.policy import Role

PASSWORD = "een lange zin over fietsen"
_HASH = passwords.make(PASSWORD)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an account."""

    municipality_id: str
    id: UUID
    organisation_id: UUID
    organisation_type: str
    role: Role
    name: str
    login: str
    secret: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone, by first name."""

    sanne: Person  # youth worker
    bas: Person  # case director
    fatma: Person  # process director
    karim: Person  # police
    els: Person  # policy officer
    dewi: Person  # policy officer, the second pair of eyes
    jaap: Person  # youth worker, outside every case
    ans: Person  # data protection officer
    ad: Person  # functional administrator
    other: Person  # a youth worker of another municipality
    other_director: Person  # a process director of another municipality
    joost: Person  # a reader of the ministry
    mo: Person  # team manager of the youth workers
    vera: Person  # a reader of the ministry, the second pair of eyes

    def everyone(self) -> tuple[Person, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)


_PEOPLE = (
    ("sanne", "GM0363", "JONGERENWERK", Role.YOUTH_WORKER),
    ("bas", "GM0363", "GEM-JEUGD", Role.CASE_DIRECTOR),
    ("fatma", "GM0363", "GEM-OOV", Role.PROCESS_DIRECTOR),
    ("karim", "GM0363", "POLITIE", Role.PARTNER),
    ("els", "GM0363", "GEM-OOV", Role.POLICY_OFFICER),
    ("dewi", "GM0363", "GEM-OOV", Role.POLICY_OFFICER),
    ("jaap", "GM0363", "JONGERENWERK", Role.YOUTH_WORKER),
    ("ans", "GM0363", "GEM-OOV", Role.PRIVACY_OFFICER),
    ("ad", "GM0363", "GEM-OOV", Role.ADMINISTRATOR),
    ("other", "GM0599", "JONGERENWERK", Role.YOUTH_WORKER),
    ("other_director", "GM0599", "GEM-OOV", Role.PROCESS_DIRECTOR),
    ("joost", MINISTRY, "JENV", Role.MINISTRY_READER),
    ("mo", "GM0363", "JONGERENWERK", Role.TEAM_MANAGER),
    ("vera", MINISTRY, "JENV", Role.MINISTRY_READER),
)


_PLACES = (
    ("GM0363", "Amsterdam"),
    ("GM0599", "Rotterdam"),
    (MINISTRY, "Ministerie van Justitie en Veiligheid"),
)


def hire(owner_url: str) -> Cast:
    """Give everyone an account, as the owner of the tables: no page can do so alone."""
    with Session(_owner(owner_url)) as session:
        for code, name in _PLACES:
            session.merge(Municipality(id=code, name=name))
        organisations: dict[tuple[str, str], Organisation] = {}
        for _name, municipality, partner, _role in _PEOPLE:
            if (municipality, partner) not in organisations:
                organisations[municipality, partner] = Organisation(
                    municipality_id=municipality, id=uuid4(), partner_code=partner, name=partner
                )
        session.add_all(organisations.values())
        session.flush()
        people = {
            name: _account(session, name, role, organisations[municipality, partner])
            for name, municipality, partner, role in _PEOPLE
        }
        session.flush()
        for person in people.values():
            _appoint(session, person)
        session.commit()
    return Cast(**people)


@cache
def _owner(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)


def _employ(session: Session, name: str, role: Role, organisation: Organisation) -> Person:
    person = _account(session, name, role, organisation)
    session.flush()
    _appoint(session, person)
    return person


def _account(session: Session, name: str, role: Role, organisation: Organisation) -> Person:
    login, secret = f"{name}@voorbeeld.test", second_factor.new_secret()
    user = User(
        municipality_id=organisation.municipality_id,
        id=uuid4(),
        organisation_id=organisation.id,
        login_digest=login_digest(login),
        password_hash=_HASH,
        name=name.replace("_", " ").title(),
        login=login,
        totp_secret=secret,
    )
    session.add(user)
    return Person(
        organisation.municipality_id,
        user.id,
        organisation.id,
        organisation.partner_code,
        role,
        user.name,
        login,
        secret,
    )


def _appoint(session: Session, person: Person) -> None:
    session.add(
        RoleGrant(
            municipality_id=person.municipality_id,
            user_id=person.id,
            role=person.role,
            granted_by=uuid4(),
            approved_by=uuid4(),
        )
    )
