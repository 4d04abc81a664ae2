"""What stands in templates: no code of the page's own, no text that cannot be translated."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "pmg" / "templates"
PAGES = sorted(ROOT.rglob("*.html"))
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
# Names, which are the same in every language.
NAMES_OF_THINGS = {"Samen", "Vooruit", "Preventie", "met", "Gezag", "English", "Nederlands"}
_BLOCKS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_no_inline_style_or_script(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|javascript:", source)
    assert not re.search(r"<script(?![^>]*src=)", source)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_word_can_be_translated(page: Path) -> None:
    visible = _BLOCKS.sub(" ", page.read_text(encoding="utf-8"))
    words = re.findall(r"[A-Za-zÀ-ÿ]{3,}", re.sub(r"&[a-z]+;", " ", visible))
    assert set(words) <= NAMES_OF_THINGS, "zet de tekst in _('…')"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_imported_macro_is_used(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    for names in re.findall(
        r"\{%-? from \"[^\"]+\" import ([^%]+?)(?: with context)? -?%\}", source
    ):
        for name in (part.split(" as ")[-1].strip() for part in names.split(",")):
            assert len(re.findall(rf"\b{name}\b", source)) > 1, f"{name} wordt niet gebruikt"
