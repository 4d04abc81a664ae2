from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import (
    DATABASES,
    KNOWN,
    PLAIN,
    SECRETS,
    BadSettings,
    Settings,
    public_key_of,
)
from pmg.embedded import Urls

KEY = "0123456789abcdef" * 4
EMBEDDED = Urls(
    *(
        f"postgresql+psycopg://{role}:hidden@/db?host=/run"
        for role in ("a", "o", "r", "w", "k", "ko")
    )
)


def read(instance: Path, **environ: str) -> Settings:
    return Settings.from_environment(environ, instance, embedded=lambda _folder: EMBEDDED)


def problems(instance: Path, **environ: str) -> list[str]:
    with pytest.raises(BadSettings) as refusal:
        read(instance, **environ)
    return refusal.value.problems


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """An environment with which production starts."""
    key = tmp_path / "key"
    key.write_text(KEY)
    key.chmod(0o400)
    files = {f"{variable}_FILE": str(key) for variable in SECRETS.values()}
    addresses = {name: f"postgresql://{name}:pw@db.example.nl/pmg" for name in DATABASES.values()}
    return {
        "PMG_ENV": "production",
        "PMG_PUBLIC_URL": "https://pmg.example.nl",
        **files,
        **addresses,
    }


def test_without_any_variable_the_product_works_with_what_it_makes_itself(tmp_path: Path) -> None:
    made = read(tmp_path)
    assert made.env == "development"
    assert made.database_url == EMBEDDED.database
    assert made.keystore_owner_url == EMBEDDED.keystore_owner
    assert (made.minimum_age, made.maximum_age) == (8, 27)
    assert (made.session_idle, made.session_lifetime) == (timedelta(minutes=15), timedelta(hours=8))


def test_secrets_are_made_once_and_all_differ(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    keys = [getattr(first, name) for name in SECRETS]
    assert keys == [getattr(second, name) for name in SECRETS]
    assert len({*keys}) == len(SECRETS)
    assert {len(key) for key in keys} == {32}


def test_secrets_that_were_made_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    read(tmp_path)
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()}
    assert modes == {0o400}
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_production_starts_with_everything_given(
    tmp_path: Path, production: dict[str, str]
) -> None:
    made = read(tmp_path, **production)
    assert made.root_key == bytes.fromhex(KEY)
    assert made.owner_database_url.startswith("postgresql+psycopg://PMG_OWNER_DATABASE_URL:pw@")
    assert made.cookie_secure
    assert not (tmp_path / "secrets").exists()


def test_production_names_everything_that_is_missing_at_once(tmp_path: Path) -> None:
    named = {sentence.split()[0] for sentence in problems(tmp_path, PMG_ENV="production")}
    files = {f"{variable}_FILE" for variable in SECRETS.values()}
    assert named == {"PMG_PUBLIC_URL", *files, *DATABASES.values()}
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize("variable", sorted(SECRETS.values()))
def test_production_takes_no_secret_from_the_environment_itself(
    tmp_path: Path, production: dict[str, str], variable: str
) -> None:
    del production[f"{variable}_FILE"]
    told = problems(tmp_path, **production, **{variable: KEY})
    assert told == [f"{variable} is not for production; put it in a file, name it {variable}_FILE."]


def test_production_is_not_served_without_encryption(
    tmp_path: Path, production: dict[str, str]
) -> None:
    production["PMG_PUBLIC_URL"] = "http://pmg.example.nl"
    assert problems(tmp_path, **production) == [
        "PMG_PUBLIC_URL has to be an address such as https://pmg.example.nl."
    ]


@pytest.mark.parametrize("mode", [0o440, 0o444, 0o644, 0o660, 0o700, 0o777])
def test_a_secret_that_others_can_read_is_refused(
    tmp_path: Path, production: dict[str, str], mode: int
) -> None:
    key = Path(production["PMG_ROOT_KEY_FILE"])
    key.chmod(mode)
    told = problems(tmp_path, **production)
    assert len(told) == len(SECRETS)
    assert all(f"run: chmod 0400 {key}" in sentence for sentence in told)


@pytest.mark.parametrize("content", ["", KEY[:-1], KEY + "0", "g" * 64, "\0" * 64, "é" * 64])
def test_a_secret_of_another_shape_is_refused_and_not_repeated(
    tmp_path: Path, content: str
) -> None:
    key = tmp_path / "key"
    key.write_text(content)
    key.chmod(0o600)
    (told,) = problems(tmp_path, PMG_ROOT_KEY_FILE=str(key))
    assert told.startswith("PMG_ROOT_KEY_FILE is not 64 hexadecimal characters")
    assert not content or content not in told


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, PMG_ROOT_KEY=KEY, PMG_ROOT_KEY_FILE="/anywhere")
    assert "keep PMG_ROOT_KEY_FILE" in told


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, PMG_INDEX_KEY_FILE=str(tmp_path / "gone"))
    assert told.startswith(f"PMG_INDEX_KEY_FILE names {tmp_path / 'gone'}")


def test_one_database_address_asks_for_all(tmp_path: Path) -> None:
    told = problems(tmp_path, PMG_DATABASE_URL="postgresql://a:b@c/d")
    assert {sentence.split()[0] for sentence in told} == {*DATABASES.values()} - {
        "PMG_DATABASE_URL"
    }


def test_the_embedded_server_is_not_started_for_settings_that_are_wrong(tmp_path: Path) -> None:
    started: list[Path] = []
    with pytest.raises(BadSettings):
        Settings.from_environment(
            {"PMG_PORT": "no"}, tmp_path, embedded=lambda folder: started.append(folder) or EMBEDDED
        )
    assert started == []


def test_a_typing_error_in_a_name_is_found_and_mended(tmp_path: Path) -> None:
    assert problems(tmp_path, PMG_DATABSE_URL="postgresql://a:b@c/d") == [
        "PMG_DATABSE_URL is not known; perhaps you mean PMG_DATABASE_URL."
    ]


def test_an_empty_variable_is_one_that_is_not_set(tmp_path: Path) -> None:
    assert read(tmp_path, PMG_PORT=" ", PMG_ROOT_KEY_FILE="").port == 8000


def test_ages_that_cross_are_refused(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, PMG_MIN_AGE="30")
    assert told.startswith("PMG_MIN_AGE is 30, above PMG_MAX_AGE (27)")


@pytest.mark.parametrize(
    ("address", "secure"), [("http://localhost:8000", False), ("https://test.example.nl", True)]
)
def test_cookies_need_encryption_wherever_there_is_any(
    tmp_path: Path, *, address: str, secure: bool
) -> None:
    assert read(tmp_path, PMG_PUBLIC_URL=address).cookie_secure is secure


def test_the_repr_shows_no_secret(tmp_path: Path) -> None:
    shown = repr(read(tmp_path, PMG_ROOT_KEY=KEY))
    assert KEY not in shown
    assert "\\x" not in shown


def test_messages_repeat_no_password(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        **{variable: f"mysql://me:hidden@db/{variable}" for variable in DATABASES.values()},
        PMG_ROOT_KEY="hidden",
    )
    assert len(told) == len(DATABASES) + 1
    assert "hidden" not in " ".join(told)


# What an environment can hold: any text without NUL; odd bytes come as lone surrogates.
texts = st.text(st.characters(exclude_characters="\0"), max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    environ=st.dictionaries(
        st.sampled_from(sorted({*PLAIN, *DATABASES.values()})),
        texts | st.from_regex(r"-?[0-9٠-٩]{1,14}", fullmatch=True),
        max_size=6,
    )
)
def test_odd_values_are_refused_by_name_or_are_in_bounds(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    made = read_or_refused(tmp_path, environ)
    if isinstance(made, list):
        assert {sentence.split()[0] for sentence in made} <= KNOWN
        return
    assert 1 <= made.port <= 65535
    assert 0 <= made.minimum_age <= made.maximum_age <= 120
    assert made.default_locale in {"nl", "en"}
    assert urlsplit(made.public_url).hostname


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=texts | st.from_regex(r"[ 0-9٠-٩+_.-]{1,8}", fullmatch=True))
def test_a_port_is_what_everybody_reads_as_one(tmp_path: Path, text: str) -> None:
    made = read_or_refused(tmp_path, {"PMG_PORT": text})
    plain = text.strip() or "8000"
    if plain.isascii() and plain.isdigit() and 0 < int(plain) < 65536:
        assert isinstance(made, Settings)
        assert made.port == int(plain)
    else:
        assert made == ["PMG_PORT has to be a whole number from 1 to 65535."]


def read_or_refused(instance: Path, environ: dict[str, str]) -> Settings | list[str]:
    try:
        return read(instance, **environ)
    except BadSettings as refusal:
        return refusal.problems


SEEDS = (KEY, "fe" * 32)
FIRST, SECOND = (public_key_of(bytes.fromhex(seed)).hex() for seed in SEEDS)
NOW = "ab" * 32


def test_former_signing_keys_are_read_in_their_order(tmp_path: Path) -> None:
    assert read(tmp_path).former_signing_keys == ()
    for given_as in (f"{FIRST},{SECOND}", f"{FIRST}, {SECOND}", f" {FIRST}\n{SECOND} "):
        found = read(tmp_path, PMG_SIGNING_KEY=NOW, PMG_FORMER_SIGNING_KEYS=given_as)
        assert found.former_signing_keys == (bytes.fromhex(FIRST), bytes.fromhex(SECOND))


@pytest.mark.parametrize(
    "text",
    [
        FIRST[:-1],
        FIRST + "0",
        FIRST.upper(),
        FIRST + SECOND,
        f"{FIRST};{SECOND}",
        "0x" + FIRST[2:],
        "g" * 64,
        "00" * 32,  # signatures that anyone can make hold by it
        "01" + "00" * 31,
        "ec" + "ff" * 30 + "7f",
        "02" + "00" * 31,  # no point of the curve
        "ff" * 32,
        f"{FIRST},{FIRST[:-1]}",
        ",".join([FIRST, SECOND, FIRST[:8]]),
    ],
)
def test_a_former_key_that_is_none_stops_the_start(tmp_path: Path, text: str) -> None:
    (problem,) = problems(tmp_path, PMG_SIGNING_KEY=NOW, PMG_FORMER_SIGNING_KEYS=text)
    assert problem.startswith("PMG_FORMER_SIGNING_KEYS has to be public keys")


def test_a_former_key_that_is_named_twice_or_signs_now_stops_the_start(tmp_path: Path) -> None:
    (twice,) = problems(
        tmp_path, PMG_SIGNING_KEY=NOW, PMG_FORMER_SIGNING_KEYS=f"{FIRST},{SECOND},{FIRST}"
    )
    assert "names a key twice" in twice
    (still,) = problems(tmp_path, PMG_SIGNING_KEY=KEY, PMG_FORMER_SIGNING_KEYS=f"{SECOND},{FIRST}")
    assert "names the key that signs now" in still
