import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pmg.embedded import CannotStart, Cluster, Family, place, start

ROOT = Path(__file__).parents[2]
START_AND_BE_KILLED = """
import os, signal, sys
from pathlib import Path
from pmg.embedded import start

cluster = start(Path(sys.argv[1]), fast=True)
print(cluster.place.data, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place that another account may pass, as a checkout is; removed with its cluster."""
    path = Path(tempfile.mkdtemp(prefix="pmg-test-"))
    path.chmod(0o755)
    yield path / "postgres"
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def clusters() -> Iterator[list[Cluster]]:
    started: list[Cluster] = []
    yield started
    for cluster in started:
        cluster.stop()
    for cluster in started:
        cluster.remove()


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""))


def say(url: str, statement: str) -> object:
    with connect(url) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return None if row is None else row[0]


def write(url: str) -> None:
    with connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'still here' AS word")


def server_of(cluster: Cluster) -> int:
    return int((cluster.place.data / "postmaster.pid").read_text().splitlines()[0])


def test_what_was_written_is_there_at_the_second_start(
    folder: Path, clusters: list[Cluster]
) -> None:
    first = start(folder, fast=True)
    write(first.urls.owner)
    first.stop()
    clusters.append(start(folder, fast=True))
    assert clusters[0].urls == first.urls
    assert say(clusters[0].urls.owner, "SELECT word FROM kept") == "still here"


def test_the_server_of_a_killed_process_is_taken_over(
    folder: Path, clusters: list[Cluster]
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", START_AND_BE_KILLED, str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    pid = int((Path(killed.stdout.strip()) / "postmaster.pid").read_text().splitlines()[0])
    clusters.append(start(folder, fast=True))
    assert killed.returncode == -signal.SIGKILL
    assert server_of(clusters[0]) == pid
    clusters[0].stop()
    assert not (clusters[0].place.data / "postmaster.pid").exists()


def test_a_killed_server_starts_again_with_its_data(folder: Path, clusters: list[Cluster]) -> None:
    first = start(folder)
    write(first.urls.owner)
    os.kill(server_of(first), signal.SIGKILL)
    first.stop()
    clusters.append(start(folder))
    assert say(clusters[0].urls.owner, "SELECT word FROM kept") == "still here"


def test_a_lock_file_with_the_number_of_another_process_is_stale(
    folder: Path, clusters: list[Cluster]
) -> None:
    first = start(folder, fast=True)
    lock = first.place.data / "postmaster.pid"
    lines = lock.read_text().splitlines()
    first.stop()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    clusters.append(start(folder, fast=True))
    assert server_of(clusters[0]) != os.getpid()


def test_stopping_leaves_a_process_alone_that_got_the_number_of_the_server(folder: Path) -> None:
    bystander = subprocess.Popen(["sleep", "60"])
    cluster = start(folder, fast=True)
    real = server_of(cluster)
    os.kill(real, signal.SIGKILL)
    lock = cluster.place.data / "postmaster.pid"
    lock.write_text("\n".join([str(bystander.pid), *lock.read_text().splitlines()[1:]]))
    cluster.remove()
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_a_copied_cluster_is_a_cluster_of_its_own(folder: Path, clusters: list[Cluster]) -> None:
    clusters.append(start(folder))
    write(clusters[0].urls.owner)
    copy = folder.parent / "copy"
    shutil.copytree(
        folder, copy, ignore=lambda _folder, names: [name for name in names if "PGSQL" in name]
    )
    for path in [copy / "data", *(copy / "data").rglob("*")]:
        shutil.chown(path, clusters[0].place.data.stat().st_uid)
    clusters.append(start(copy, fast=True))
    assert server_of(clusters[0]) != server_of(clusters[1])
    assert say(clusters[1].urls.owner, "SELECT word FROM kept") == "still here"


def test_the_server_stays_as_long_as_somebody_uses_it(
    folder: Path, clusters: list[Cluster]
) -> None:
    clusters.extend([start(folder, fast=True), start(folder, fast=True)])
    clusters[0].stop()
    assert say(clusters[1].urls.database, "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_or_odd_for_a_shell_works(
    folder: Path, clusters: list[Cluster]
) -> None:
    odd = folder.parent / ("long" * 30) / "with 'quotes', $HOME and \"more\""
    clusters.append(start(odd, fast=True))
    assert say(clusters[0].urls.database, "SELECT 1") == 1


def test_what_a_killed_test_run_left_elsewhere_is_swept_up_later(
    folder: Path, clusters: list[Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "STATE", folder.parent / "state")
    monkeypatch.setattr(place, "_reachable", lambda path, _: place.STATE / path.name)
    left, here = start(folder, fast=True), folder.with_name("here")
    shutil.rmtree(folder)
    clusters.append(start(here, fast=True))
    assert not left.place.data.exists()
    assert say(clusters[0].urls.database, "SELECT 1") == 1


def test_programs_that_the_servers_account_cannot_reach_are_copied(
    folder: Path, clusters: list[Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "SHELL_SAFE", re.compile("no path is fit"))
    monkeypatch.setattr(place, "STATE", folder.parent / "state")
    monkeypatch.setenv("HOME", str(folder.parent))
    clusters.append(start(folder, fast=True))
    assert clusters[0].place.programs.is_relative_to(folder.parent)
    assert say(clusters[0].urls.database, "SELECT 1") == 1


@pytest.mark.parametrize(
    ("role", "database"),
    [
        ("pmg_app", Family.KEYSTORE),
        ("pmg_owner", Family.KEYSTORE),
        ("pmg_report", Family.KEYSTORE),
        ("pmg_keystore", Family.DATA),
        ("pmg_keystore_owner", Family.DATA),
        ("pmg_app", "postgres"),
        ("pmg_keystore", "template1"),
    ],
)
def test_a_role_cannot_enter_the_other_database(cluster: Cluster, role: str, database: str) -> None:
    password = cluster.passwords[role]
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(
            host=str(cluster.socket), user=role, password=password, dbname=str(database)
        )


def test_a_role_without_its_password_stays_outside(cluster: Cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(cluster.socket), user="pmg_app", password="guess", dbname="pmg")


@pytest.mark.parametrize("address", ["database", "owner", "report", "keystore", "keystore_owner"])
def test_no_role_of_the_product_can_rise_above_row_security(cluster: Cluster, address: str) -> None:
    url = getattr(cluster.urls, address)
    powers = "rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication"
    assert say(url, f"SELECT {powers} FROM pg_roles WHERE rolname = current_user") is False
    assert (
        say(url, "SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole") == 0
    )


def test_the_application_waits_no_longer_than_it_may(cluster: Cluster) -> None:
    shown = {
        name: say(cluster.urls.database, f"SHOW {name}")
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    }
    assert shown == {
        "statement_timeout": "30s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "1min",
    }


def test_the_reports_role_cannot_write(cluster: Cluster) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        say(cluster.urls.report, "CREATE TEMPORARY TABLE scratch (word text)")


def test_the_addresses_are_not_shown_with_their_passwords(cluster: Cluster) -> None:
    shown = repr(cluster) + repr(cluster.urls)
    assert not any(password in shown for password in cluster.passwords.values())


def test_a_database_is_copied_from_a_template_and_removed_while_in_use(cluster: Cluster) -> None:
    cluster.create_database("origin_of_a_test")
    write(cluster.urls_of(data="origin_of_a_test").owner)
    cluster.create_database("copy_of_a_test", template="origin_of_a_test")
    url = cluster.urls_of(data="copy_of_a_test").owner
    with connect(url) as used:
        assert used.execute("SELECT word FROM kept").fetchone() == ("still here",)
        cluster.drop_database("copy_of_a_test")
        with pytest.raises(psycopg.OperationalError):
            used.execute("SELECT 1")
    cluster.drop_database("origin_of_a_test")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        connect(url)


def test_lost_passwords_are_explained(folder: Path) -> None:
    cluster = start(folder, fast=True)
    cluster.stop()
    (folder / "passwords.json").unlink()
    with pytest.raises(CannotStart, match=r"Put that file back, or remove the folder"):
        start(folder)
    cluster.remove()


def test_a_server_that_cannot_start_shows_its_log(folder: Path) -> None:
    with pytest.raises(CannotStart, match="no_such_setting"):
        start(folder, fast=True, settings={"no_such_setting": "1"})


def test_no_postgresql_of_the_machine_is_used(
    folder: Path, clusters: list[Cluster], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "asked"
    for name in ("postgres", "initdb", "pg_ctl", "psql"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {name} >> '{asked}'\nexit 1\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    clusters.append(start(folder, fast=True))
    assert say(clusters[0].urls.database, "SELECT 1") == 1
    assert not asked.exists()
