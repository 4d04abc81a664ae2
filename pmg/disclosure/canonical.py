"""One way to write a value as bytes, so that hashes and signatures have one meaning."""

import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    """Write a JSON value as bytes: sorted keys, no spaces, UTF-8; numbers must be whole."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, as hexadecimal text."""
    return hashlib.sha256(canonical(value)).hexdigest()
