"""Check of an Ed25519 signature (RFC 8032), on the standard library alone.

Only public values pass through here, so that constant time is not needed. Signing is left to a
library that keeps secrets well.
"""

import hashlib

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

_Point = tuple[int, int, int, int]
"""Extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, x·y = T/Z (RFC 8032, 5.1.4)."""

_KEY_LENGTH, _SIGNATURE_LENGTH = 32, 64
_COFACTOR = 8


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether this key signed this message (RFC 8032, 5.1.7); malformed input is a plain no."""
    if len(public_key) != _KEY_LENGTH or len(signature) != _SIGNATURE_LENGTH:
        return False
    key, commitment = _decode(public_key), _decode(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= _ORDER:
        return False
    challenge = hashlib.sha512(signature[:32] + public_key + message).digest()
    factor = int.from_bytes(challenge, "little") % _ORDER
    return _equal(_times(scalar, _GENERATOR), _add(commitment, _times(factor, key)))


def is_key(public_key: bytes) -> bool:
    """Whether this is a public key that a secret one belongs to.

    A point of small order is none: there anyone can make signatures that hold.
    """
    point = _decode(public_key) if len(public_key) == _KEY_LENGTH else None
    return point is not None and not _equal(_times(_COFACTOR, point), (0, 1, 1, 0))


def _add(a: _Point, b: _Point) -> _Point:
    left = (a[1] - a[0]) * (b[1] - b[0]) % _P
    right = (a[1] + a[0]) * (b[1] + b[0]) % _P
    cross = 2 * a[3] * b[3] * _D % _P
    double = 2 * a[2] * b[2] % _P
    e, f, g, h = right - left, double - cross, double + cross, right + left
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(factor: int, point: _Point) -> _Point:
    total: _Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            total = _add(total, point)
        point = _add(point, point)
        factor >>= 1
    return total


def _equal(a: _Point, b: _Point) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % _P == 0 and (a[1] * b[2] - b[1] * a[2]) % _P == 0


def _decode(text: bytes) -> _Point | None:
    """Read a point from its 32 bytes: y, and the sign of x in the last bit (RFC 8032, 5.1.3)."""
    number = int.from_bytes(text, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


_GENERATOR_TEXT = (4 * pow(5, -1, _P) % _P).to_bytes(32, "little")
_GENERATOR: _Point = _decode(_GENERATOR_TEXT) or (0, 1, 1, 0)
