"""Signing in and out. A wrong name, password or code give one and the same answer."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text, update

from pmg.accounts import brake
from pmg.accounts.brake import Limit
from pmg.clock import now
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.security import access, audit, passwords, second_factor, sessions
from pmg.security.access import Work
from pmg.security.encryption import Place, digest, keystore, unseal
from pmg.security.identity import User
from pmg.security.policy import Action
from pmg.texts import to_translate

_FIND = text("SELECT * FROM pmg_find_login(:digest)")
_REFUSED = to_translate("Deze gegevens kloppen niet. Kijk uw e-mailadres, wachtwoord en code na.")
_NOT_YOURS = to_translate(
    "Uw huidige wachtwoord of uw code klopt niet. Vul beide opnieuw in, met de nieuwste code."
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What someone gives to sign in, and from where."""

    login: str
    password: str
    code: str
    device: str
    address: str
    browser: str | None = None  # its number, when this account signed in from it before


# Whoever fails on purpose slows down himself: the strict brake is on one account from one place.
OF_PLACE = Limit(5, timedelta(minutes=15))
# From many places at once; who comes from the own browser does not feel it.
OF_ACCOUNT = Limit(50, timedelta(minutes=15))
# A whole town hall may stand behind one address: there the brake is wide, and soft.
OF_ADDRESS = Limit(100, timedelta(seconds=30))


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a session lasts."""

    idle: timedelta
    lifetime: timedelta


def login_digest(login: str) -> bytes:
    """Return what an account is found by: no address stands in the database."""
    return digest("login", _plain(login))


def account_digest(login: str) -> bytes:
    """Return what the failures of an account are counted under.

    A digest of its own: what stands among the failures must not open pmg_find_login().
    """
    return digest("sign_in", _plain(login))


def _plain(login: str) -> str:
    return login.strip().casefold()


def sign_in(attempt: Attempt, terms: Terms, *, request_id: str) -> str:
    """Check name, password and code; begin a session and return its token.

    Raises Invalid with one message for all that can be wrong, and after five failures on one
    account from one browser or address with the time to wait; also after many on one account or
    from one address, unless the browser is known. The wait grows, and no account is ever locked
    for good.
    """
    brakes = _brakes(attempt)
    for key, limit in brakes.items():
        if limit is not OF_ADDRESS:  # a busy office does not stand in line
            brake.take_turn(key)
        _brake(key, limit)
    row = db.session.execute(_FIND, {"digest": login_digest(attempt.login)}).one_or_none()
    right = passwords.verify(row.password_hash if row else None, attempt.password)
    step = _step(row, attempt.code) if row is not None and right else None
    if row is None or step is None:
        brake.count(*brakes)
        raise Invalid("login", _REFUSED)
    with db.session.begin_nested():  # who is second with a code leaves no session behind
        token = sessions.start(
            municipality_id=row.municipality_id,
            user_id=row.user_id,
            device=attempt.device,
            idle=terms.idle,
            lifetime=terms.lifetime,
        )
        db.session.flush()
        _welcome(token, terms, step, request_id=request_id)
    brake.forget(next(iter(brakes)))
    return token


def _brakes(attempt: Attempt) -> dict[bytes, Limit]:
    """Return what this attempt counts under, its own place first."""
    account = account_digest(attempt.login)
    place = digest("place", f"{account.hex()} {attempt.browser or attempt.address}")
    if attempt.browser:
        return {place: OF_PLACE}
    return {place: OF_PLACE, account: OF_ACCOUNT, digest("address", attempt.address): OF_ADDRESS}


def _welcome(token: str, terms: Terms, step: int, *, request_id: str) -> None:
    """Use up the code and write the first line of the session in the log."""
    reader = sessions.find(token, idle=terms.idle)
    if reader is None:
        raise NotPermitted("session_not_begun")
    work = Work(reader, request_id=request_id, address="/aanmelden", action=Action.SESSION_KEEP)
    with access.at_work(work):
        _use_code(step)
        work.code = "signed_in"
        audit.record(work, outcome="allowed")


def _use_code(step: int) -> None:
    """Note that the code of this step is used; raise Invalid when another request was first."""
    reader = access.reader()
    used = db.session.execute(
        update(User)
        .where(
            User.municipality_id == reader.municipality_id,
            User.id == reader.user_id,
            User.totp_last_step < step,
        )
        .values(totp_last_step=step, version=User.version + 1)
        .execution_options(synchronize_session=False)
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        raise Invalid("code", "Deze code is al gebruikt. Wacht op de volgende code.")


def _step(row: object, code: str) -> int | None:
    place = Place(row.municipality_id, "user_account", "totp_sealed", row.user_id)  # type: ignore[attr-defined]
    cipher = keystore().municipality(row.municipality_id)  # type: ignore[attr-defined]
    secret = unseal(cipher, place, bytes(row.totp_sealed)).decode()  # type: ignore[attr-defined]
    return second_factor.matching_step(secret, code, at=now(), after=row.totp_last_step)  # type: ignore[attr-defined]


def _brake(key: bytes, limit: Limit, *, field: str = "login") -> None:
    seconds = brake.seconds_left(key, limit)
    if seconds:
        raise Invalid(
            field,
            "Te vaak geprobeerd. Wacht %(seconds)d seconden en probeer opnieuw.",
            seconds=seconds,
        )


def sign_out() -> None:
    """End the present session: its token is dead on the next request."""
    reader = access.reader()
    sessions.end(reader, reader.session_id)


def end_session(session_id: UUID) -> None:
    """End one of one's own sessions, on any device."""
    access.require(Action.SESSION_KEEP, access.workplace())
    sessions.end(access.reader(), session_id)


def step_up(code: str) -> None:
    """Renew the second factor for what asks a fresh one.

    Raises Invalid when the code is wrong or was used, and after five failures with the time to
    wait, as signing in does.
    """
    access.require(Action.SESSION_KEEP, access.workplace())
    reader = access.reader()
    key = digest("step_up", str(reader.user_id))
    brake.take_turn(key)
    _brake(key, OF_PLACE, field="code")
    user = db.session.get_one(User, (reader.municipality_id, reader.user_id))
    step = second_factor.matching_step(user.totp_secret, code, at=now(), after=user.totp_last_step)
    if step is None:
        brake.count(key)
        raise Invalid("code", "Deze code klopt niet. Kijk in uw app en typ de nieuwste code.")
    _use_code(step)
    sessions.renew_second_factor(reader)


def change_password(present: str, code: str, wanted: str, *, device: str, terms: Terms) -> str:
    """Replace the reader's password; end all his sessions and begin one; return its token.

    Raises Invalid when the new password is too easy, when the present one or the code is wrong,
    without saying which, and after five failures with the time to wait.
    """
    access.require(Action.SESSION_KEEP, access.workplace())
    passwords.check(wanted)
    reader = access.reader()
    key = digest("step_up", str(reader.user_id))
    brake.take_turn(key)
    _brake(key, OF_PLACE, field="present")
    step = _own_step(present, code)
    if step is None:
        brake.count(key)
        raise Invalid("present", _NOT_YOURS)
    if wanted == present:
        raise Invalid("password", "Dit is uw huidige wachtwoord. Kies een ander.")
    _use_code(step)
    _keep_password(passwords.make(wanted))
    brake.forget(key)
    access.work().code = "password_changed"
    audit.wrote(Action.SESSION_KEEP, access.workplace(), reader.user_id)
    return _begin_anew(device, terms)


def _own_step(present: str, code: str) -> int | None:
    """Return the time step of the code when password and code are both the reader's own."""
    reader = access.reader()
    user = db.session.get_one(User, (reader.municipality_id, reader.user_id))
    row = db.session.execute(_FIND, {"digest": login_digest(user.login)}).one()
    right = passwords.verify(row.password_hash, present)
    return _step(row, code) if right else None


def _keep_password(kept: str) -> None:
    reader = access.reader()
    db.session.execute(
        update(User)
        .where(User.municipality_id == reader.municipality_id, User.id == reader.user_id)
        .values(password_hash=kept, version=User.version + 1)
        .execution_options(synchronize_session=False)
    )


def _begin_anew(device: str, terms: Terms) -> str:
    """End every session of the reader, also a copy of the present one, and go on in a new one."""
    reader = access.reader()
    sessions.end_all(reader)
    token = sessions.start(
        municipality_id=reader.municipality_id,
        user_id=reader.user_id,
        device=device,
        idle=terms.idle,
        lifetime=terms.lifetime,
    )
    sessions.find(token, idle=terms.idle)  # row security knows the reader by it from here
    return token
