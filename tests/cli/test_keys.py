"""What the command prints when the signing key is renewed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from config import DATABASES, SECRETS, public_key_of
from pmg.commands import main
from pmg.disclosure.renewal import Renewal, read_renewal
from pmg.reports.keys import ministry_signer

OLD, NEW = "ab" * 32, "cd" * 32


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    monkeypatch.setattr("signal.signal", lambda *_arguments: None)
    monkeypatch.setenv("PMG_ENV", "production")
    monkeypatch.setenv("PMG_PUBLIC_URL", "https://pmg.example.nl")
    for variable in SECRETS.values():
        monkeypatch.setenv(f"{variable}_FILE", str(a_file(tmp_path, variable, OLD)))
    for variable in DATABASES.values():
        monkeypatch.setenv(variable, "postgresql://nobody:nothing@127.0.0.1:1/none")
    return CliRunner()


def a_file(folder: Path, name: str, seed: str) -> Path:
    file = folder / name
    file.write_text(seed, encoding="ascii")
    file.chmod(0o400)
    return file


def test_the_public_keys_of_now_are_what_the_setting_takes_later(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = runner.invoke(main, ["--instance", str(tmp_path), "keys", "public"])
    assert printed.exit_code == 0
    ministry = ministry_signer(bytes.fromhex(OLD)).public_key.hex()
    assert printed.output == f"{public_key_of(bytes.fromhex(OLD)).hex()},{ministry}\n"
    monkeypatch.setenv("PMG_FORMER_SIGNING_KEYS", printed.output)
    same = runner.invoke(main, ["--instance", str(tmp_path), "keys", "public"])
    assert "names the key that signs now" in same.output
    monkeypatch.setenv("PMG_SIGNING_KEY_FILE", str(a_file(tmp_path, "new", NEW)))
    later = runner.invoke(main, ["--instance", str(tmp_path), "keys", "public"])
    assert later.exit_code == 0
    assert later.output != printed.output


def test_the_message_for_the_ministry_is_signed_by_both_keys_and_tells_no_secret(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = a_file(tmp_path, "old", OLD)
    words = ["--instance", str(tmp_path), "keys", "hand-over", str(old)]
    refused = runner.invoke(main, words)
    assert refused.exit_code == 1
    assert "FORMER is the key that signs now" in refused.output
    monkeypatch.setenv("PMG_SIGNING_KEY_FILE", str(a_file(tmp_path, "new", NEW)))
    printed = runner.invoke(main, words)
    assert printed.exit_code == 0
    assert OLD not in printed.output
    assert NEW not in printed.output
    former, key = (public_key_of(bytes.fromhex(seed)).hex() for seed in (OLD, NEW))
    assert read_renewal(json.loads(printed.output)) == Renewal(former, key)


def test_a_file_that_others_can_read_is_refused(runner: CliRunner, tmp_path: Path) -> None:
    old = a_file(tmp_path, "old", OLD)
    old.chmod(0o644)
    refused = runner.invoke(main, ["--instance", str(tmp_path), "keys", "hand-over", str(old)])
    assert refused.exit_code == 1
    assert "chmod 0400" in refused.output
