import re
from pathlib import Path

import pytest

from scaffold import styles
from scaffold.steps import VENV, Stop
from scaffold.styles import build_styles


class Shop:
    """A checkout with packages, and the vendor folder that is built from it."""

    def __init__(self, folder: Path) -> None:
        self.source, self.target = folder / "checkout", folder / "vendor"
        self.target.mkdir()

    def put(self, path: str, content: str) -> str:
        file = self.source / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        return path

    def build(self, *styles: str, files: dict[str, str] | None = None, ours: str = "") -> str:
        build_styles(self.source, self.target, styles=styles, files=files or {}, ours=ours)
        return (self.target / "vendor.css").read_text()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_styles_are_joined_in_the_order_of_the_list(shop: Shop) -> None:
    first = shop.put("node_modules/z/z.css", ".z { color: red }")
    second = shop.put("node_modules/a/a.css", ".a { color: blue }")
    css = shop.build(first, second)
    assert css.index(".z {") < css.index(".a {")


def test_a_token_that_nothing_asks_for_is_left_out(shop: Shop) -> None:
    theme = shop.put(
        "node_modules/t/t.css",
        ".theme {\n  --base: #fff;\n  --of-a: var(--base);\n  --of-us: var(--line, 1px);\n"
        '  --line: 2px;\n  --idle: var(--only-idle);\n  --only-idle: url("data:a;b,c");\n'
        "  --said: 'a;b';\n}\n",
    )
    part = shop.put(
        "node_modules/a/a.css",
        ".a{color:var( --of-a)}.a--idle:hover,.a--only-idle:focus{top:0;content:var(--said)}",
    )
    css = shop.build(theme, part, ours=".b { border: var(--of-us) } .c { --of-us: 3px }")
    for kept in ("--base: #fff;", "--of-a:", "--of-us:", "--line: 2px;", "--said: 'a;b';"):
        assert kept in css
    assert ".a{color:var( --of-a)}.a--idle:hover,.a--only-idle:focus{top:0;" in css
    assert "--idle: " not in css
    assert "data:" not in css
    assert ".b" not in css


@pytest.mark.parametrize("form", ["url(%s)", 'url("%s")', "url('%s')", 'url( "%s" )'])
def test_a_font_is_copied_and_still_found(shop: Shop, form: str) -> None:
    shop.put("node_modules/font/files/font.woff2", "the font")
    style = shop.put("node_modules/font/font.css", f"src: {form % './files/font.woff2'}")
    css = shop.build(style)
    (name,) = re.findall(r'url\("([^"]+)"\)', css)
    assert (shop.target / name).read_text() == "the font"


def test_a_listed_file_keeps_its_name_also_in_styles(shop: Shop) -> None:
    font = shop.put("node_modules/font/files/font.woff2", "the font")
    style = shop.put("node_modules/font/font.css", "src: url(./files/font.woff2?v=1#iefix)")
    css = shop.build(style, files={font: "font.woff2"})
    assert 'src: url("font.woff2")' in css
    assert (shop.target / "font.woff2").read_text() == "the font"


def test_files_of_one_name_in_two_packages_stay_two_files(shop: Shop) -> None:
    styles = []
    for package in ("a", "b"):
        shop.put(f"node_modules/{package}/icon.svg", f"icon of {package}")
        styles.append(shop.put(f"node_modules/{package}/x.css", "b: url(icon.svg)"))
    names = re.findall(r'url\("([^"]+)"\)', shop.build(*styles))
    assert [(shop.target / name).read_text() for name in names] == ["icon of a", "icon of b"]


@pytest.mark.parametrize("address", ["data:image/png;base64,AA==", "#gradient"])
def test_what_needs_no_file_stays_as_it_is(shop: Shop, address: str) -> None:
    style = shop.put("node_modules/a/a.css", f"b: url({address})")
    assert f"url({address})" in shop.build(style)


@pytest.mark.parametrize(
    "line", ['@import url("https://cdn.example/x.css");', "@import '//cdn.example/x.css' screen;"]
)
def test_an_import_from_elsewhere_is_left_out(shop: Shop, line: str) -> None:
    style = shop.put("node_modules/a/a.css", f'@charset "UTF-8";\n{line}\n.a {{ color: red }}')
    css = shop.build(style)
    assert "cdn.example" not in css
    assert "@charset" not in css
    assert ".a { color: red }" in css


def test_an_import_of_a_neighbour_has_to_be_listed(shop: Shop) -> None:
    style = shop.put("node_modules/a/a.css", "@import './b.css';")
    with pytest.raises(Stop, match=r"imports \./b\.css: list that file"):
        shop.build(style)


@pytest.mark.parametrize("address", ["https://cdn.example/f.woff2", "//cdn.example/f.woff2"])
def test_a_file_from_elsewhere_stops_the_build(shop: Shop, address: str) -> None:
    style = shop.put("node_modules/a/a.css", f"src: url({address})")
    with pytest.raises(Stop, match="nothing may come from elsewhere"):
        shop.build(style)


def test_a_listed_style_that_is_missing_stops_the_build(shop: Shop) -> None:
    with pytest.raises(Stop, match=r"node_modules/gone\.css.*no such file"):
        shop.build("node_modules/gone.css")


def test_a_file_that_a_style_names_and_is_missing_stops_the_build(shop: Shop) -> None:
    style = shop.put("node_modules/a/a.css", "src: url(gone.woff2)")
    with pytest.raises(Stop, match=r"names gone\.woff2.*no such file"):
        shop.build(style)


def programs(folder: Path, monkeypatch: pytest.MonkeyPatch, **versions: str) -> list[str]:
    """Let the PATH hold these programs alone; return the lock files that get installed."""
    for name, version in versions.items():
        (folder / name).write_text(f"#!/bin/sh\necho {version}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    installed: list[str] = []

    class Install:
        def __init__(self, lock: str) -> None:
            self.lock = lock

        def run(self) -> None:
            installed.append(self.lock)

    monkeypatch.setattr(styles, "packages_step", Install)
    return installed


@pytest.mark.parametrize(
    "there", [{}, {"node": "v16.20.2", "npm": "8.19.4"}, {"node": "v22.1.0"}, {"npm": "10.0.0"}]
)
def test_without_a_node_that_will_do_it_comes_from_the_python_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: dict[str, str]
) -> None:
    installed = programs(tmp_path, monkeypatch, **there)
    assert styles.npm() == [VENV / "bin" / "npm"]
    assert installed == ["requirements-node.lock"]


def test_a_node_that_is_new_enough_is_taken_and_nothing_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = programs(tmp_path, monkeypatch, node="v18.0.0", npm="9.5.0")
    assert (styles.npm(), installed) == (["npm"], [])
