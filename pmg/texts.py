"""A Dutch text in the language of the reader. The roof plugs in who translates; no floor knows."""

from collections.abc import Callable


def _as_written(text: str) -> str:
    return text


_translate: list[Callable[[str], str]] = [_as_written]


def translate_with(translate: Callable[[str], str]) -> None:
    """Plug in the translator."""
    _translate[:] = [translate]


def translated(text: str, **values: object) -> str:
    """Return a text in the language of the reader, with the values in it; Dutch when no one reads.

    Values stand in the text as `%(name)s`; without values a text is returned as it is.
    """
    found = _translate[0](text) if text else text  # '' is the head of a catalogue
    return found % values if values else found


def to_translate(text: str) -> str:
    """Mark a text that is translated where it is shown, for `scaffold.texts` to find it."""
    return text
