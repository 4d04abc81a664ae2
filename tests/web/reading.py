"""What a person reads on a page, and in which language it is."""

import re
from collections.abc import Iterable
from functools import cache
from html.parser import HTMLParser

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from pmg.reference.interventions import INTERVENTIONS
from pmg.reference.municipalities import FOCUS_AREAS
from pmg.reference.partners import PARTNERS
from pmg.reference.share_bases import SHARE_BASES
from pmg.security.policy import Action
from scaffold.texts import CATALOGUE
from tests.web.places import TITLES

READ_ALOUD = ("alt", "aria-label", "data-label", "placeholder", "title")
PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])")
SHORTEST = 3  # a shorter text or word says too little of its language
NAMES_IN_CODE = re.compile(r"\S*[/_]\S*")  # addresses and tables, for who looks into the log
WORD = re.compile(r"[^\W\d_]+")
# What is data, and stays as it was written: names, laws and sources.
_DATA = sorted(
    {
        "Preventie met Gezag",
        "Samen Vooruit",
        "Ministerie van Justitie en Veiligheid",
        "Nederlands",
        "--releases",  # as it is typed
        "van den Berg",
        *Action,
        *PARTNERS,
        *SHARE_BASES,
        *TITLES.values(),
        "De zorgen zijn groot genoeg voor de aanpak.",  # what the builders write
        "Hij gaat weer elke dag naar school.",
        "Twaalf aanmeldingen later ingevoerd.",
        *(area.name for area in FOCUS_AREAS.values()),
        *(basis.article for basis in SHARE_BASES.values()),
        *(each.name_nl for each in INTERVENTIONS.values()),
        *(each.evidence_source for each in INTERVENTIONS.values()),
    },
    key=len,
    reverse=True,
)


class _Page(HTMLParser):
    """Gathers the text of a page, also what is only read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.language = ""
        self._closed = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        elif ("lang" in given and tag != "input") or tag in {"style", "script"}:
            self._closed = tag  # says itself which language it is, or is not read
        self.texts += [given[name] or "" for name in READ_ALOUD if name in given]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._closed:
            self._closed = ""

    def handle_data(self, data: str) -> None:
        if not self._closed:
            self.texts.append(data)


def language_of(html: str) -> str:
    """The language that a page says it is in."""
    page = _Page()
    page.feed(html)
    return page.language


def read(html: str) -> str:
    """All that people read on a page, without what is data."""
    page = _Page()
    page.feed(html)
    text = "\n".join(" ".join(text.split()) for text in page.texts)
    for written in _DATA:
        text = text.replace(written, "")
    return NAMES_IN_CODE.sub("", text)


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def pairs() -> list[tuple[str, str]]:
    """Every Dutch text with its English, both forms of those with a number."""
    found = []
    for message in catalogue():
        if not message.id:
            continue
        both = (message.id, message.string)
        found += zip(*both, strict=True) if isinstance(message.id, tuple) else [both]
    return found


@cache
def _own_to(language: str) -> tuple[list[tuple[str, str, re.Pattern[str]]], frozenset[str]]:
    """The texts and the words of this language that the other one never uses."""
    place = 0 if language == "nl" else 1
    mine, others = ({pair[at] for pair in pairs()} for at in (place, 1 - place))
    said_by_others = _words(others)
    phrases = [
        (text, max(_parts(text), key=len), _pattern(text))
        for text in mine - others
        if len(PLACEHOLDER.sub("", text)) > SHORTEST and not _words([text]) <= said_by_others
    ]
    return phrases, _words(mine) - said_by_others


def _words(texts: Iterable[str]) -> frozenset[str]:
    found = (WORD.findall(PLACEHOLDER.sub(" ", text)) for text in texts)
    return frozenset(word.lower() for words in found for word in words if len(word) > SHORTEST)


def _parts(text: str) -> list[str]:
    """What stands in a text between the places that are filled in."""
    return re.split(r"%\(\w+\)[sd]", text)


def _pattern(text: str) -> re.Pattern[str]:
    parts = map(re.escape, _parts(text))
    return re.compile(r"(?<!\w)" + "[^\n]{1,200}?".join(parts) + r"(?!\w)")


def said_in(language: str, text: str) -> set[str]:
    """The texts and words of this language that stand in a text."""
    phrases, words = _own_to(language)
    # Its longest part is looked for first: that is a hundred times as quick as the pattern.
    found = {phrase for phrase, part, pattern in phrases if part in text and pattern.search(text)}
    return found | (words & _words(text.splitlines()))
