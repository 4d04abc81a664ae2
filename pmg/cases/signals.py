"""What rooms above must hear from a case, in the same transaction."""

from blinker import Namespace

_signals = Namespace()

# Sent with the case and `on`, the day it ends: what still runs under it ends with it.
case_closed = _signals.signal("case-closed")
