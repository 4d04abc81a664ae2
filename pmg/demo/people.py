"""Who works in the demo: the same cast in each municipality, and colleagues when it is large."""

import base64
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from uuid import UUID, uuid5

from pmg.demo.names import family_name, given_name
from pmg.reference.municipalities import MUNICIPALITIES, Municipality
from pmg.security.encryption import digest
from pmg.security.identity import MINISTRY
from pmg.security.policy import Role

PASSWORD = "een lange zin over fietsen"  # noqa: S105  (of demo accounts, printed at every start)
NAMESPACE = UUID("6f0f3c1e-2f0b-5f43-9a3a-5b6f3f9f5b11")
MOST_MUNICIPALITIES = len(MUNICIPALITIES)

# How many youths one person has at a time; a real youth worker has 20 to 30.
YOUTHS_A_WORKER = 26
YOUTHS_A_DIRECTOR = 30
YOUTHS_A_PROCESS_DIRECTOR = 110
YOUTHS_A_PARTNER = 60

# The municipality's own two and eight partners; the names are invented.
_ORGANISATIONS = (
    ("GEM-OOV", "Gemeente {place}, openbare orde en veiligheid"),
    ("GEM-JEUGD", "Gemeente {place}, jeugdteam"),
    ("JONGERENWERK", "Jongerenwerk De Brug"),
    ("POLITIE", "Politie, basisteam {place}"),
    ("SCHOOL", "Mbo-college De Linde"),
    ("LEERPLICHT", "Leerplicht regio {place}"),
    ("HALT", "Halt {place}"),
    ("GI", "Jeugdbescherming Het Kompas"),
    ("JEUGDHULP", "Jeugdhulp Zonnehoek"),
    ("CORPORATIE", "Woningcorporatie Thuisbasis"),
)
_CAST = (
    ("Sanne", Role.YOUTH_WORKER, "JONGERENWERK"),
    ("Bas", Role.CASE_DIRECTOR, "GEM-JEUGD"),
    ("Fatma", Role.PROCESS_DIRECTOR, "GEM-OOV"),
    ("Karim", Role.PARTNER, "POLITIE"),
    ("Mirjam", Role.PARTNER, "SCHOOL"),
    ("Youssef", Role.PARTNER, "LEERPLICHT"),
    ("Linda", Role.PARTNER, "HALT"),
    ("Ruben", Role.PARTNER, "GI"),
    ("Noor", Role.PARTNER, "JEUGDHULP"),
    ("Wim", Role.PARTNER, "CORPORATIE"),
    ("Els", Role.POLICY_OFFICER, "GEM-OOV"),
    ("Dewi", Role.POLICY_OFFICER, "GEM-OOV"),
    ("Ans", Role.PRIVACY_OFFICER, "GEM-OOV"),
    ("Ad", Role.ADMINISTRATOR, "GEM-OOV"),
    ("Jaap", Role.YOUTH_WORKER, "JONGERENWERK"),
    ("Mo", Role.TEAM_MANAGER, "JONGERENWERK"),
)
# Short and plain, since the cast is on every picture and in every explanation.
_FAMILIES = (
    "de Wit", "Kuipers", "Verbeek", "van Dam", "Smit", "Mulder", "de Boer", "Bos", "Vos",
    "Hendriks", "Dekker", "Brouwer", "Postma", "Willems", "van Leeuwen", "Kok", "Maas", "Prins",
)  # fmt: skip
OUTSIDE_EVERY_CASE = "Jaap"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A partner in one municipality."""

    municipality_id: str
    id: UUID
    partner_code: str
    name: str


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who can sign in; `is_cast` for those who are shown at the start."""

    municipality_id: str
    id: UUID
    organisation: Organisation
    name: str
    login: str
    role: Role
    is_cast: bool

    @property
    def totp_secret(self) -> str:
        """The secret of the one-time codes: another one in each installation, never stored here."""
        return totp_secret(self.login)


@dataclass(frozen=True, slots=True, eq=False)
class Staff:
    """Everyone in one municipality; compared by identity, since a large one has thousands."""

    municipality: Municipality
    organisations: tuple[Organisation, ...]
    accounts: tuple[Account, ...]

    def of(self, role: Role, partner_code: str | None = None) -> tuple[Account, ...]:
        """Return those who take part in cases in this role, the cast first."""
        return _taking_part(self, role, partner_code)

    def organisation(self, partner_code: str) -> Organisation:
        """Return the organisation of this type."""
        return next(one for one in self.organisations if one.partner_code == partner_code)


@lru_cache(maxsize=1024)
def _taking_part(staff: Staff, role: Role, partner_code: str | None) -> tuple[Account, ...]:
    return tuple(
        account
        for account in staff.accounts
        if account.role is role
        and partner_code in {None, account.organisation.partner_code}
        and not account.name.startswith(OUTSIDE_EVERY_CASE)
    )


def places(count: int) -> tuple[Municipality, ...]:
    """Return so many municipalities: two large ones, then those with focus areas, by name."""
    known = ("GM0363", "GM0599")
    rest = sorted(
        (place for place in MUNICIPALITIES.values() if place.code not in known),
        key=lambda place: (not place.is_nplv, place.name),
    )
    return (*(MUNICIPALITIES[code] for code in known), *rest)[:count]


def staff(place: Municipality, youths: int) -> Staff:
    """Return who works in a municipality with so many youths, half of them with open cases."""
    organisations = tuple(
        Organisation(
            place.code,
            uuid5(NAMESPACE, f"{place.code}/{code}"),
            code,
            name.format(place=place.name),
        )
        for code, name in _ORGANISATIONS
    )
    by_code = {one.partner_code: one for one in organisations}
    accounts = [
        _of_the_cast(place, by_code[partner], first, role) for first, role, partner in _CAST
    ]
    accounts += _colleagues(place, by_code, youths)
    return Staff(place, organisations, tuple(accounts))


def ministry() -> tuple[Organisation, tuple[Account, Account]]:
    """Return the ministry and its two readers: who makes, and who judges."""
    organisation = Organisation(
        MINISTRY,
        uuid5(NAMESPACE, MINISTRY),
        "JENV",
        "Ministerie van Justitie en Veiligheid",
    )
    joost, noor = (
        _account(organisation, name, Role.MINISTRY_READER, login, is_cast=True)
        for name, login in (
            ("Joost Vermeer", "joost@jenv.example"),
            ("Noor Hendriks", "noor@jenv.example"),
        )
    )
    return organisation, (joost, noor)


def cast(municipalities: int) -> list[Account]:
    """Return the accounts to show, by municipality."""
    shown = [one for place in places(municipalities) for one in staff(place, 0).accounts]
    return [*shown, *ministry()[1]]


def totp_secret(login: str) -> str:
    """Return the one-time-code secret of a demo account, derived from this installation's key."""
    return base64.b32encode(digest("demo-code", login.strip().casefold())).decode()[:32]


def _colleagues(
    place: Municipality, organisations: dict[str, Organisation], youths: int
) -> Iterable[Account]:
    open_cases = youths * 2 // 5
    wanted = {
        (Role.YOUTH_WORKER, "JONGERENWERK"): open_cases // YOUTHS_A_WORKER,
        (Role.CASE_DIRECTOR, "GEM-JEUGD"): open_cases // YOUTHS_A_DIRECTOR,
        (Role.PROCESS_DIRECTOR, "GEM-OOV"): youths // YOUTHS_A_PROCESS_DIRECTOR,
        **{
            (Role.PARTNER, partner): open_cases // 5 // YOUTHS_A_PARTNER
            for _first, role, partner in _CAST
            if role is Role.PARTNER
        },
    }
    for (role, partner), count in wanted.items():
        for number in range(2, count + 1):
            rng = Random(f"{place.code}/{role}/{partner}/{number}")  # noqa: S311  (a name)
            first = given_name(rng, rng.choice("mv"))
            login = f"{_slug(first)}.{_slug(partner)}{number}@{_slug(place.name)}.example"
            name = f"{first} {family_name(rng)}"
            yield _account(organisations[partner], name, role, login, is_cast=False)


def _of_the_cast(
    place: Municipality, organisation: Organisation, first: str, role: Role
) -> Account:
    rng = Random(f"{place.code}/{first}")  # noqa: S311  (a name)
    login = f"{_slug(first)}@{_slug(place.name)}.example"
    return _account(organisation, f"{first} {rng.choice(_FAMILIES)}", role, login, is_cast=True)


def _account(
    organisation: Organisation, name: str, role: Role, login: str, *, is_cast: bool
) -> Account:
    return Account(
        organisation.municipality_id,
        uuid5(NAMESPACE, login),
        organisation,
        name,
        login,
        role,
        is_cast,
    )


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z]+", plain))
