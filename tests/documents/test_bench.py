"""The workshop is a stranger too: what it says is looked at, and it is stopped in time."""

import json
from pathlib import Path

import pytest

from pmg.documents import bench
from pmg.documents.bench import prepare
from pmg.errors import Invalid
from tests.documents import files

REFUSED = "kost te veel|veel bestanden tegelijk"


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another program in the place of the workshop."""
    place = tmp_path / "workshop.py"
    monkeypatch.setattr(bench, "_WORKSHOP", str(place))
    return place


def says(answer: object, *parts: bytes) -> str:
    head = json.dumps(answer).encode() + b"\n" if not isinstance(answer, bytes) else answer
    return f"import sys; sys.stdout.buffer.write({head + b''.join(parts)!r})"


@pytest.mark.parametrize(
    "program",
    [
        says(b""),
        says(b"[]\n"),
        says({"refused": "nonsense"}),
        says({"kind": "exe", "sizes": [9]}, b"%PDF-1.7\n"),
        says({"kind": "pdf", "sizes": [4]}, b"<htm"),
        says({"kind": "pdf", "sizes": []}),
        says({"kind": "pdf", "sizes": [9, 5]}, b"%PDF-1.7\n", b"<html"),
        says({"kind": "pdf", "sizes": [9, -4]}, b"%PDF-1.7\n"),
        says({"kind": "pdf", "sizes": [9]}, b"%PDF-1.7\n", b"and more"),
        "raise SystemExit(3)",
        "import os; os.kill(os.getpid(), 9)",
    ],
)
def test_a_workshop_that_was_taken_over_gets_nothing_kept(workshop: Path, program: str) -> None:
    workshop.write_text(program)
    with pytest.raises(Invalid, match=REFUSED):
        prepare(files.pdf())


@pytest.mark.parametrize(
    "program",
    ["import time; time.sleep(60)", "import sys\nwhile True: sys.stdout.write('x' * 100000)"],
)
def test_a_workshop_without_end_is_stopped(
    workshop: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(bench, "_SECONDS", 3)
    workshop.write_text(program)
    with pytest.raises(Invalid, match=REFUSED):
        prepare(files.pdf())


def test_when_every_place_is_taken_one_is_asked_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bench, "_SECONDS", 0.1)
    with bench._places, bench._places, pytest.raises(Invalid, match="veel bestanden tegelijk"):
        prepare(files.pdf())


def test_the_workshop_knows_no_secret_and_cannot_write(
    workshop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMG_ROOT_KEY", "geheim")
    real = Path(bench.__file__).with_name("workshop.py")
    workshop.write_text(
        "import os, runpy, sys\n"
        "from importlib.util import spec_from_file_location, module_from_spec\n"
        f"spec = spec_from_file_location('workshop', {str(real)!r})\n"
        "module = module_from_spec(spec); spec.loader.exec_module(module); module.bound()\n"
        "kept = [name for name in os.environ if name.startswith('PMG')]\n"
        "try:\n"
        f"    file = os.open({str(workshop.with_name('written'))!r}, os.O_CREAT | os.O_WRONLY)\n"
        "    wrote = os.write(file, b'x') > 0\n"
        "except OSError:\n"
        "    wrote = False\n"
        "sys.stdout.write(f'{kept} {wrote}')\n"
    )
    assert bench._worked("pdf", b"") == b"[] False"
    assert workshop.with_name("written").read_text() == ""
