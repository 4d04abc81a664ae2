"""One way to write a value as bytes, so that hashes and signatures have one meaning."""

import hashlib
import json
import re
from collections.abc import Iterator
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
        value = json.loads(content)
    except ValueError as fault:
        raise BadText("dit is geen JSON-bestand.") from fault
    if any(_UNSHOWABLE.search(text) for text in _texts(value)):
        raise BadText("er staan tekens in die niet te tonen zijn.")
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
