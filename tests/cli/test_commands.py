"""What the command says when it is used wrongly, and what works without any database."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pmg.commands import main


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr("signal.signal", lambda *_arguments: None)
    return CliRunner()


def test_verify_needs_no_database_and_refuses_junk(runner: CliRunner, tmp_path: Path) -> None:
    junk = tmp_path / "release.json"
    junk.write_text("this is no release", encoding="utf-8")
    result = runner.invoke(main, ["--instance", str(tmp_path), "disclosure", "verify", str(junk)])
    assert result.exit_code == 2
    assert "niet te lezen" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["release.json"]


def test_verify_says_which_file_is_missing(runner: CliRunner, tmp_path: Path) -> None:
    result = runner.invoke(main, ["disclosure", "verify", str(tmp_path / "nowhere.json")])
    assert result.exit_code == 2
    assert "nowhere.json" in result.output


@pytest.mark.parametrize("words", [["serve", "--demo"], ["demo"], ["code", "a@b.example"]])
def test_wrong_settings_are_named_and_nothing_starts(
    runner: CliRunner, tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMG_PORT", "a door")
    result = runner.invoke(main, ["--instance", str(tmp_path), *words])
    assert result.exit_code == 1
    assert "PMG_PORT" in result.output
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize("words", [["serve", "--demo"], ["demo"], ["code", "a@b.example"]])
def test_production_never_gets_demo_data(
    runner: CliRunner, tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SECRET", "ROOT", "INDEX", "DISCLOSURE", "SIGNING"):
        key = tmp_path / name
        key.write_text("ab" * 32, encoding="utf-8")
        key.chmod(0o400)
        monkeypatch.setenv(f"PMG_{name}_KEY_FILE", str(key))
    for name in (
        "DATABASE",
        "OWNER_DATABASE",
        "REPORT_DATABASE",
        "WORKER_DATABASE",
        "KEYSTORE",
        "KEYSTORE_OWNER",
    ):
        monkeypatch.setenv(f"PMG_{name}_URL", "postgresql://nobody:nothing@127.0.0.1:1/none")
    monkeypatch.setenv("PMG_ENV", "production")
    monkeypatch.setenv("PMG_PUBLIC_URL", "https://pmg.example")
    result = runner.invoke(main, ["--instance", str(tmp_path), *words])
    assert result.exit_code == 1
    assert "production" in result.output


@pytest.mark.parametrize("municipalities", ["0", "48"])
def test_there_are_forty_seven_municipalities(runner: CliRunner, municipalities: str) -> None:
    result = runner.invoke(main, ["demo", "--municipalities", municipalities])
    assert result.exit_code == 2
    assert "1<=x<=47" in result.output
