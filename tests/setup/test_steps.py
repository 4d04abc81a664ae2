import re
import sys
from pathlib import Path

import pytest

from scaffold import steps
from scaffold.python import venv_step
from scaffold.steps import Step, Stop


class Workshop:
    """A step that copies its input, and counts how often it had to."""

    def __init__(self, folder: Path) -> None:
        self.source, self.product = folder / "source", folder / "product"
        self.stamp = folder / "stamps" / "copy"
        self.source.write_text("first")
        self.times = 0
        self.breaks = False

    def step(self, *texts: str) -> Step:
        inputs = (self.source, *texts)
        return Step("copy", self.stamp, inputs, (self.product,), self.work)

    def work(self) -> None:
        self.times += 1
        if self.breaks:
            raise Stop("no more paper")
        self.product.write_text(self.source.read_text())


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_a_step_is_taken_once_while_nothing_changes(workshop: Workshop) -> None:
    workshop.step().run()
    workshop.step().run()
    assert workshop.times == 1
    assert workshop.product.read_text() == "first"


def test_a_step_is_taken_again_when_its_input_changes(workshop: Workshop) -> None:
    workshop.step().run()
    workshop.source.write_text("second")
    workshop.step().run()
    assert workshop.product.read_text() == "second"


def test_a_step_is_taken_again_when_its_product_is_gone(workshop: Workshop) -> None:
    workshop.step().run()
    workshop.product.unlink()
    workshop.step().run()
    assert workshop.product.exists()


def test_a_step_that_broke_is_taken_again(workshop: Workshop) -> None:
    workshop.step().run()
    workshop.source.write_text("second")
    workshop.breaks = True
    with pytest.raises(Stop):
        workshop.step().run()
    workshop.source.write_text("first")
    workshop.breaks = False
    assert not workshop.step().is_done()


def test_two_inputs_are_not_one_input_that_reads_the_same(workshop: Workshop) -> None:
    assert workshop.step("ab", "c").digest() != workshop.step("a", "bc").digest()


def test_a_program_that_fails_is_quoted_with_the_end_of_what_it_said() -> None:
    program = "print('\\n'.join(map(str, range(99)))); print('disk full'); raise SystemExit(3)"
    with pytest.raises(Stop) as refusal:
        steps.run([sys.executable, "-c", program])
    told = str(refusal.value)
    assert sys.executable in told
    assert told.endswith("disk full")
    assert len(told.splitlines()) <= steps.PROBLEM_LINES + 1


def test_a_program_gets_nothing_of_another_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_TIMEOUT", "99")
    seen = steps.environment()
    assert not {"PYTHONPATH", "PIP_USER"} & seen.keys()
    assert seen["PIP_TIMEOUT"] == "99"


def test_what_was_compiled_is_kept_for_the_next_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in steps.environment()


def test_a_program_that_waits_for_an_answer_gets_none() -> None:
    with pytest.raises(Stop, match="EOFError"):
        steps.run([sys.executable, "-c", "input('Continue? ')"])


def test_the_bar_is_for_terminals_only(capsys: pytest.CaptureFixture[str]) -> None:
    steps.run([sys.executable, "-c", "print('Collecting x')"], count=(re.compile("Collecting"), 1))
    assert capsys.readouterr().out == ""


def test_a_program_that_is_not_there_answers_nothing(tmp_path: Path) -> None:
    assert steps.answers([tmp_path / "absent", "--version"]) is None
    assert steps.answers([sys.executable, "-c", "raise SystemExit(1)"]) is None
    assert steps.answers([sys.executable, "-c", "print(' 3 ')"]) == "3"


def test_an_environment_that_is_a_link_is_never_emptied(tmp_path: Path) -> None:
    other, folder = tmp_path / "other", tmp_path / ".venv"
    (other / "bin").mkdir(parents=True)
    (other / "bin" / "tool").write_text("of another checkout")
    folder.symlink_to(other)
    with pytest.raises(Stop, match="is a link"):
        venv_step(folder).run()
    assert (other / "bin" / "tool").exists()
