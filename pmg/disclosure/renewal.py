"""A key that takes the place of another, said by both: standard library only.

Whoever knows a publisher by the former key learns the new one from it, and from nobody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pmg.disclosure import ed25519
from pmg.disclosure.canonical import canonical
from pmg.disclosure.errors import BadText
from pmg.disclosure.publish import Signer

FORMAT = "pmg-key/1"
_PARTS = {"format", "former", "key", "signed_by_former", "signed_by_key"}


@dataclass(frozen=True, slots=True)
class Renewal:
    """From which key to which, as hexadecimal text; both signed that."""

    former: str
    key: str


def is_renewal(document: Any) -> bool:
    """Tell whether a parsed file says that it is one."""
    return isinstance(document, dict) and document.get("format") == FORMAT


def renewal(former: Signer, new: Signer) -> dict[str, Any]:
    """Write the file: the former key says which comes after it, and the new one that it is there.

    Raises BadText where the two are one.
    """
    if former.public_key == new.public_key:
        raise BadText("de oude en de nieuwe sleutel zijn dezelfde.")
    said = _said(former.public_key.hex(), new.public_key.hex())
    return {
        **said,
        "signed_by_former": former.sign(canonical(said)).hex(),
        "signed_by_key": new.sign(canonical(said)).hex(),
    }


def read_renewal(document: Any) -> Renewal:
    """Read a file that both keys signed; raises BadText for anything else."""
    if not is_renewal(document) or set(document) != _PARTS:
        raise BadText("dit is geen bericht over een nieuwe sleutel.")
    if not all(isinstance(document[name], str) for name in _PARTS):
        raise BadText("dit is geen bericht over een nieuwe sleutel.")
    found = Renewal(document["former"], document["key"])
    if found.former == found.key or not all(map(_is_key, (found.former, found.key))):
        raise BadText("het noemt geen twee sleutels.")
    for by, name in ((found.former, "signed_by_former"), (found.key, "signed_by_key")):
        if not _signed(by, document[name], _said(found.former, found.key)):
            raise BadText("een van de twee sleutels heeft het niet ondertekend.")
    return found


def _said(former: str, key: str) -> dict[str, str]:
    return {"format": FORMAT, "former": former, "key": key}


def _is_key(text: str) -> bool:
    raw = _bytes(text)
    return text == raw.hex() and ed25519.is_key(raw)


def _signed(by: str, value: str, said: Mapping[str, str]) -> bool:
    return ed25519.verify(_bytes(by), _bytes(value), canonical(said))


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
