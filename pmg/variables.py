"""Reads environment variables and keeps, of each that is wrong, a sentence on what to do."""

import os
import re
import secrets
import stat
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

HOW_TO_MAKE = "openssl rand -hex 32"


class BadSettings(Exception):  # noqa: N818  (the message is a list of what to do)
    """The environment cannot be used; `problems` has a sentence for each variable."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(["The settings are not right:", *problems]))
        self.problems = problems


class Variables:
    """The variables with one prefix. An empty one counts as not set, as in a Compose file."""

    def __init__(self, environ: Mapping[str, str], prefix: str) -> None:
        stripped = {name: text.strip() for name, text in environ.items() if name.startswith(prefix)}
        self.given = {name: text for name, text in stripped.items() if text}
        self.problems: list[str] = []

    def wrong(self, variable: str, what_to_do: str) -> None:
        """Note a problem."""
        self.problems.append(f"{variable} {what_to_do}.")

    def refuse_problems(self) -> None:
        """Raise BadSettings if there was any problem."""
        if self.problems:
            raise BadSettings(self.problems)

    def refuse_unknown(self, known: frozenset[str]) -> None:
        """Note each variable that nothing reads: a typing error changes nothing in silence."""
        for variable in sorted(self.given.keys() - known):
            near = get_close_matches(variable, known, n=1)
            hint = f"perhaps you mean {near[0]}" if near else "remove it"
            self.wrong(variable, f"is not known; {hint}")

    def number(self, variable: str, default: int, lowest: int, highest: int) -> int:
        """Read a whole number between two bounds."""
        text = self.given.get(variable, str(default))
        if not re.fullmatch(r"[0-9]{1,12}", text) or not lowest <= int(text) <= highest:
            self.wrong(variable, f"has to be a whole number from {lowest} to {highest}")
            return default
        return int(text)

    def one_of(self, variable: str, choices: tuple[str, ...], default: str) -> str:
        """Read one of a few words."""
        text = self.given.get(variable, default)
        if text not in choices:
            self.wrong(variable, f"has to be one of: {', '.join(choices)}")
            return default
        return text

    def url(self, variable: str, schemes: tuple[str, ...], example: str) -> str | None:
        """Read an address; it may hold a password, so a message shows an example instead."""
        text = self.given.get(variable)
        if text is None:
            return None
        parts = _split(text)
        # libpq names a socket's folder in the query, so a database address may have no host.
        reachable = parts is not None and (parts.hostname or "host=" in parts.query)
        if parts is None or parts.scheme not in schemes or not reachable:
            self.wrong(variable, f"has to be an address such as {example}")
            return None
        return text

    def key_file(self, variable: str, file: Path) -> bytes:
        """Read a secret that only its owner can read."""
        try:
            mode = stat.S_IMODE(file.stat().st_mode)
            text = file.read_bytes()[:1000].decode("ascii", errors="replace")
        except (OSError, ValueError) as problem:
            self.wrong(variable, f"names {file}, which cannot be read: {problem}")
            return b""
        if mode not in {0o400, 0o600}:
            self.wrong(variable, f"names {file} with mode {mode:04o}; run: chmod 0400 {file}")
            return b""
        return self.decoded(variable, text.strip())

    def made_once(self, variable: str, file: Path) -> bytes:
        """Make a secret that stays; two processes that start together make the same one."""
        if not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
            with os.fdopen(descriptor, "w", encoding="ascii") as text:
                text.write(f"{secrets.token_hex(32)}\n")
            try:
                os.link(fresh, file)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return self.key_file(variable, file)

    def decoded(self, variable: str, text: str) -> bytes:
        """Turn 64 hexadecimal characters into 32 bytes; never repeats them in a message."""
        if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
            self.wrong(variable, f"is not 64 hexadecimal characters; make one by `{HOW_TO_MAKE}`")
            return b""
        return bytes.fromhex(text)


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  (raises for a port that is no number)
    except ValueError:
        return None
    return None if re.search(r"[\s\x00-\x1f\x7f]", text) else parts
