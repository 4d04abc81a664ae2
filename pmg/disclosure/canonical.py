"""One way to write a value as bytes, so that hashes and signatures have one meaning."""

import hashlib
import json
import re
from collections.abc import Iterator
from math import isfinite
from typing import Any

from pmg.disclosure.errors import BadText

_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and halves of characters."""


def canonical(value: Any) -> bytes:
    """Write a JSON value as bytes: sorted keys, no spaces, UTF-8; numbers must be whole."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, as hexadecimal text."""
    return hashlib.sha256(canonical(value)).hexdigest()


def parse(content: bytes | str) -> Any:
    """Read JSON of someone else; raises BadText on what is none, or that no page can show."""
    try:
        value = json.loads(content, parse_constant=_refused, parse_float=_finite)
    except ValueError as fault:
        raise BadText("dit is geen JSON-bestand.") from fault
    if any(_UNSHOWABLE.search(text) for text in _texts(value)):
        raise BadText("er staan tekens in die niet te tonen zijn.")
    return value


def _refused(name: str) -> float:
    raise ValueError(name)


def _finite(digits: str) -> float:
    """Read a number that is not whole: of those, none is endless."""
    number = float(digits)
    return number if isfinite(number) else _refused(digits)


def _texts(value: Any) -> Iterator[str]:
    """Give all texts, however deep they lie: each is reached once and handed on by nobody."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
