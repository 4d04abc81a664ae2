"""What the product is told from outside: one frozen `Settings`, read from PMG_ variables.

Only pmg/app.py, pmg/cli.py and pmg/serve.py read it; everything below is handed what it needs.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pmg.disclosure.ed25519 import is_key
from pmg.embedded import Urls, start
from pmg.variables import HOW_TO_MAKE, BadSettings, Variables

__all__ = ["BadSettings", "Settings"]

ENVIRONMENTS = ("demo", "development", "test", "production")
Environment = Literal["demo", "development", "test", "production"]

# Field of Settings → variable. Secrets are 32 bytes; PMG_X_FILE names the file that holds one.
SECRETS = {
    "secret_key": "PMG_SECRET_KEY",  # signs cookies and forms
    "root_key": "PMG_ROOT_KEY",  # wraps the keys of the keystore
    "index_key": "PMG_INDEX_KEY",  # digests of BSN and of names to sign in with
    "disclosure_key": "PMG_DISCLOSURE_KEY",  # draws the rounding of reports
    "signing_key": "PMG_SIGNING_KEY",  # Ed25519 seed: checkpoints and certificates
}
DATABASES = {
    "database_url": "PMG_DATABASE_URL",
    "owner_database_url": "PMG_OWNER_DATABASE_URL",
    "report_database_url": "PMG_REPORT_DATABASE_URL",
    "worker_database_url": "PMG_WORKER_DATABASE_URL",
    "keystore_url": "PMG_KEYSTORE_URL",
    "keystore_owner_url": "PMG_KEYSTORE_OWNER_URL",
}
PLAIN = (
    "PMG_ENV", "PMG_HOST", "PMG_PORT", "PMG_WORKERS", "PMG_PUBLIC_URL",
    "PMG_SESSION_IDLE_MINUTES", "PMG_SESSION_HOURS", "PMG_MIN_AGE", "PMG_MAX_AGE",
    "PMG_DEFAULT_LOCALE", "PMG_LOG_LEVEL", "PMG_TRUSTED_PROXIES",
    "PMG_MAX_FORM_BYTES", "PMG_MAX_UPLOAD_BYTES", "PMG_SMTP_URL", "PMG_MAIL_FROM",
    "PMG_CLAMD", "PMG_CASE_DOCUMENTS_MB", "PMG_DOCUMENTS_MB", "PMG_REPORT_SECONDS",
    "PMG_FORMER_SIGNING_KEYS",
)  # fmt: skip
# Read by the tests, not here.
ELSEWHERE = ("PMG_CHROMIUM", "PMG_CHROMIUM_LIGHT", "PMG_PICTURES")
KNOWN = frozenset(
    {*PLAIN, *ELSEWHERE, *DATABASES.values(), *SECRETS.values()}
    | {f"{variable}_FILE" for variable in SECRETS.values()}
)
_LAST_PORT = 65535
LOCALES = ("nl", "en")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between two installations. Its repr shows no secret."""

    env: Environment
    host: str
    port: int
    workers: int
    public_url: str
    cookie_secure: bool
    trusted_proxies: int
    secret_key: bytes = field(repr=False)
    root_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)
    disclosure_key: bytes = field(repr=False)
    signing_key: bytes = field(repr=False)
    database_url: str = field(repr=False)
    owner_database_url: str = field(repr=False)
    report_database_url: str = field(repr=False)
    worker_database_url: str = field(repr=False)
    keystore_url: str = field(repr=False)
    keystore_owner_url: str = field(repr=False)
    session_idle: timedelta
    session_lifetime: timedelta
    minimum_age: int
    maximum_age: int
    default_locale: str
    log_level: str
    max_form_bytes: int
    max_upload_bytes: int
    # Without a mail server no mail is sent; messages stand in the application all the same.
    smtp_url: str | None = field(repr=False)
    mail_from: str
    clamd: str  # host:port or the path of a socket; '' when no virus scanner is there
    case_documents_mb: int
    documents_mb: int
    former_signing_keys: tuple[bytes, ...]  # public; what signed before this one, oldest first
    report_time: timedelta  # so long may one report be computed before it is broken off
    instance: Path

    @classmethod
    def from_environment(
        cls,
        environ: Mapping[str, str],
        instance: Path,
        *,
        embedded: Callable[[Path], Urls] | None = None,
    ) -> Self:
        """Read the PMG_ variables of `environ`; what is made for lack of one lies in `instance`.

        Outside production, missing secrets are made once, and without any database address the
        embedded PostgreSQL starts (`embedded` replaces that start). Raises BadSettings with
        every problem at once.
        """
        reader = _Reader(environ, instance)
        plain = reader.plain()
        keys = reader.keys()
        plain["former_signing_keys"] = reader.former_signing_keys(keys["signing_key"])
        databases = reader.databases()
        reader.refuse_unknown(KNOWN)
        reader.refuse_problems()
        if not databases:
            databases = _embedded(instance, embedded or _start)
        return cls(instance=instance, **plain, **keys, **databases)  # type: ignore[arg-type]


def public_key_of(seed: bytes) -> bytes:
    """Return the public key that belongs to a signing key."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _start(folder: Path) -> Urls:
    return start(folder).urls


def _embedded(instance: Path, starter: Callable[[Path], Urls]) -> dict[str, str]:
    urls = starter(instance / "postgres")
    return {
        "database_url": urls.database,
        "owner_database_url": urls.owner,
        "report_database_url": urls.report,
        "worker_database_url": urls.worker,
        "keystore_url": urls.keystore,
        "keystore_owner_url": urls.keystore_owner,
    }


class _Reader(Variables):
    """Knows which variables there are and what each means."""

    def __init__(self, environ: Mapping[str, str], instance: Path) -> None:
        super().__init__(environ, "PMG_")
        self.instance = instance
        self.env = self.one_of("PMG_ENV", ENVIRONMENTS, "development")
        self.production = self.env == "production"

    def plain(self) -> dict[str, object]:
        """Read everything that is neither a secret nor a database."""
        host = self.host()
        port = self.number("PMG_PORT", 8000, 1, _LAST_PORT)
        public_url = self.public_url(host, port)
        youngest = self.number("PMG_MIN_AGE", 8, 0, 120)
        oldest = self.number("PMG_MAX_AGE", 27, 0, 120)
        if youngest > oldest:
            self.wrong("PMG_MIN_AGE", f"is {youngest}, above PMG_MAX_AGE ({oldest}); swap them")
        return {
            "env": self.env,
            "host": host,
            "port": port,
            "workers": self.number("PMG_WORKERS", 2, 1, 64),
            "public_url": public_url,
            "cookie_secure": self.production or public_url.startswith("https:"),
            "trusted_proxies": self.number("PMG_TRUSTED_PROXIES", 0, 0, 8),
            "session_idle": timedelta(minutes=self.number("PMG_SESSION_IDLE_MINUTES", 15, 1, 60)),
            "session_lifetime": timedelta(hours=self.number("PMG_SESSION_HOURS", 8, 1, 12)),
            "minimum_age": youngest,
            "maximum_age": oldest,
            "default_locale": self.one_of("PMG_DEFAULT_LOCALE", LOCALES, "nl"),
            "log_level": self.one_of("PMG_LOG_LEVEL", LOG_LEVELS, "INFO"),
            "max_form_bytes": self.number("PMG_MAX_FORM_BYTES", 512_000, 10_000, 10_000_000),
            "max_upload_bytes": self.number(
                "PMG_MAX_UPLOAD_BYTES", 10_485_760, 10_000, 104_857_600
            ),
            "clamd": self.clamd(),
            "case_documents_mb": self.number("PMG_CASE_DOCUMENTS_MB", 200, 1, 10_000),
            "documents_mb": self.number("PMG_DOCUMENTS_MB", 50_000, 1, 10_000_000),
            "report_time": timedelta(seconds=self.number("PMG_REPORT_SECONDS", 1200, 1, 86_400)),
            **self.mail(),
        }

    def mail(self) -> dict[str, object]:
        """Read the mail server and the sender; both or neither."""
        schemes = ("smtp", "smtps", "smtp+starttls")
        server = self.url("PMG_SMTP_URL", schemes, "smtp+starttls://name:password@mail.example.nl")
        sender = self.given.get("PMG_MAIL_FROM", "")
        if ("PMG_SMTP_URL" in self.given) != bool(sender):
            self.wrong("PMG_SMTP_URL", "and PMG_MAIL_FROM go together; set both or neither")
        if sender and not re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+", sender):
            self.wrong("PMG_MAIL_FROM", "has to be an e-mail address, such as pmg@example.nl")
        return {"smtp_url": server, "mail_from": sender}

    def clamd(self) -> str:
        """Read where the virus scanner listens."""
        given = self.given.get("PMG_CLAMD", "")
        host, _colon, port = given.rpartition(":")
        is_named = re.fullmatch(r"\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+", host)
        is_port = re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) <= _LAST_PORT
        if not given or (is_named and is_port) or re.fullmatch(r"/\S+", given):
            return given
        self.wrong("PMG_CLAMD", "has to be host:port, such as 127.0.0.1:3310, or a socket's path")
        return ""

    def host(self) -> str:
        """Read the name or number of the machine's address to listen on."""
        host = self.given.get("PMG_HOST", "127.0.0.1")
        if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*", host):
            self.wrong("PMG_HOST", "has to be a host name or address, such as 127.0.0.1 or ::1")
            return "127.0.0.1"
        return host

    def public_url(self, host: str, port: int) -> str:
        """Read the address that people type; production has to say it, and it is https."""
        example = "https://pmg.example.nl"
        schemes = ("https",) if self.production else ("https", "http")
        given = self.url("PMG_PUBLIC_URL", schemes, example)
        if given is None and self.production and "PMG_PUBLIC_URL" not in self.given:
            self.wrong(
                "PMG_PUBLIC_URL", f"is missing; set it to the address people type: {example}"
            )
        shown = f"[{host}]" if ":" in host else host
        return (given or f"http://{shown}:{port}").rstrip("/")

    def keys(self) -> dict[str, bytes]:
        """Read the five secrets."""
        return {name: self.key(name, variable) for name, variable in SECRETS.items()}

    def former_signing_keys(self, seed: bytes) -> tuple[bytes, ...]:
        """Read the public keys that certificates were signed by before, the oldest first."""
        variable = "PMG_FORMER_SIGNING_KEYS"
        texts = self.given.get(variable, "").replace(",", " ").split()
        good = [text for text in texts if re.fullmatch(r"[0-9a-f]{64}", text)]
        found = tuple(bytes.fromhex(text) for text in good if is_key(bytes.fromhex(text)))
        if len(found) != len(texts):
            self.wrong(
                variable,
                "has to be public keys of 64 hexadecimal characters in small letters with commas "
                "between them, the oldest first; `pmg keys public` prints those of now",
            )
        if len(set(found)) != len(found):
            self.wrong(variable, "names a key twice; name each once, the oldest first")
        if seed and public_key_of(seed) in found:
            self.wrong(
                variable, "names the key that signs now; name only keys that it took the place of"
            )
        return found

    def databases(self) -> dict[str, str]:
        """Read the six addresses; none at all, outside production, means the embedded server."""
        missing = [variable for variable in DATABASES.values() if variable not in self.given]
        if len(missing) == len(DATABASES) and not self.production:
            return {}
        for variable in missing:
            self.wrong(variable, "is missing; set it to postgresql://role:password@host/database")
        return {name: self.database(variable) for name, variable in DATABASES.items()}

    def database(self, variable: str) -> str:
        """Read one address, with the driver that the product uses filled in."""
        schemes = ("postgresql", "postgres", "postgresql+psycopg")
        given = self.url(variable, schemes, "postgresql://role:password@host/database")
        return "" if given is None else re.sub(r"^[a-z+]+:", "postgresql+psycopg:", given)

    def key(self, name: str, variable: str) -> bytes:
        """Read one secret, from its file, its variable, or what was made for it earlier."""
        file = self.given.get(f"{variable}_FILE")
        if file and variable in self.given:
            self.wrong(variable, f"and {variable}_FILE are both set; keep {variable}_FILE")
            return b""
        if file:
            return self.key_file(f"{variable}_FILE", Path(file))
        if variable in self.given and self.production:
            self.wrong(
                variable, f"is not for production; put it in a file, name it {variable}_FILE"
            )
            return b""
        if variable in self.given:
            return self.decoded(variable, self.given[variable])
        if self.production:
            self.wrong(
                f"{variable}_FILE", f"is missing; make a file by `{HOW_TO_MAKE}` with mode 0400"
            )
            return b""
        return self.made_once(f"{variable}_FILE", self.instance / "secrets" / name)
