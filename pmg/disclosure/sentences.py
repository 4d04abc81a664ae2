"""A Dutch sentence with its numbers apart, so that a page can say it in another language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sentence:
    """A text with `%(name)s` where its values go; without values it is the text itself."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole sentence in Dutch."""
        return self.template % self.values if self.values else self.template


def say(template: str, **values: object) -> Sentence:
    """Return a sentence."""
    return Sentence(template, values)
