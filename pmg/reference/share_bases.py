"""On what ground a source may share one item: its own law, beside the grounds of a case."""

from collections.abc import Mapping

from pmg.reference.legal_bases import (
    LEGAL_BASES,
    LEGAL_BASIS_COLUMNS,
    LegalBasis,
    build_legal_basis,
)
from pmg.reference.loader import read

_OF_SHARING: Mapping[str, LegalBasis] = read(
    "share_bases.csv", LEGAL_BASIS_COLUMNS, build_legal_basis
)
SHARE_BASES: Mapping[str, LegalBasis] = {**LEGAL_BASES, **_OF_SHARING}
# Under these laws there is no other ground to share.
_ONLY = {"police": "WPG", "justice": "WJSG", "special": "AVG-9"}


def open_for(category: str, partner_code: str) -> list[LegalBasis]:
    """Return the grounds on which an organisation of this type may share such an item."""
    bound = _ONLY.get(category)
    return [
        basis
        for basis in SHARE_BASES.values()
        if basis.is_open_to(partner_code)
        and (basis.code == bound if bound else basis.code not in _ONLY.values())
    ]
