"""How far protecting is, in steps that the engine knows: no clock, and never a count of anyone.

Whoever wants to know watches (`watched`); the engine says where it is (`stage`, `reached`). What
listens is told a share of the work that never goes down, and may raise `Stopped` to end it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

Listener = Callable[[float], None]


@dataclass
class _Watch:
    """Who listens, and the most that was said."""

    listener: Listener
    most: float = 0.0

    def tell(self, share: float) -> None:
        self.most = max(self.most, share)
        self.listener(self.most)


@dataclass(frozen=True)
class _Span:
    """The piece of all work that is under way: from where to where it runs."""

    watch: _Watch
    first: float = 0.0
    last: float = 1.0

    def at(self, share: float) -> float:
        return self.first + (self.last - self.first) * min(1.0, max(0.0, share))


_SPAN: ContextVar[_Span | None] = ContextVar("progress", default=None)


@contextmanager
def watched(listener: Listener) -> Iterator[None]:
    """Tell the listener of all that is done within: a share from 0 to 1, which never goes down."""
    before = _SPAN.set(_Span(_Watch(listener)))
    try:
        yield
    finally:
        _SPAN.reset(before)


@contextmanager
def stage(first: float, last: float) -> Iterator[None]:
    """Let what is done within be this piece of what is under way; it ends where it should."""
    span = _SPAN.get()
    if span is None:
        yield
        return
    before = _SPAN.set(_Span(span.watch, span.at(first), span.at(last)))
    try:
        reached(0.0)
        yield
        reached(1.0)
    finally:
        _SPAN.reset(before)


def piece(number: int, of: int) -> AbstractContextManager[None]:
    """Let what is done within be one of so many alike, the first being 0."""
    return stage(number / of, (number + 1) / of)


def reached(share: float) -> None:
    """Say how much of the piece under way is done; nothing happens where nobody listens."""
    span = _SPAN.get()
    if span is not None:
        span.watch.tell(span.at(share))
