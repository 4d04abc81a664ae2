"""The picture of the house in the documentation is the house as it stands."""

from tests.architecture.picture import GROUND, ROOT, floors, picture

STORED = ROOT / "docs" / "architecture.dot"
RENEW = ".venv/bin/python -m tests.architecture.picture > docs/architecture.dot"


def test_the_stored_picture_is_the_house_as_it_stands() -> None:
    stored = STORED.read_text(encoding="utf-8")
    assert stored == picture(), f"kamers kennen elkaar anders dan getekend. Teken opnieuw: {RENEW}"


def test_every_room_is_in_the_picture() -> None:
    packages = {file.parent.name for file in (ROOT / "pmg").glob("*/__init__.py")}
    drawn = {room for floor in floors() for room in floor} | set(GROUND)
    assert packages <= drawn
