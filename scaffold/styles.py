"""The look: locked npm packages, built into one style sheet beside its fonts."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scaffold.python import packages_step
from scaffold.steps import ROOT, VENV, Step, Stop, answers, run

NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "pmg" / "static" / "vendor"
OLDEST_NODE = 18
CSS_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)""")
CSS_IMPORT = re.compile(r"""@import\s+(?:url\()?\s*["']?([^"')\s;]+)["']?[^;]*;\s*""")
CSS_NOISE = re.compile(r"""@charset\s+["'][^"']*["'];\s*|/\*# sourceMappingURL=.*?\*/\s*""")
# Not the end of a class such as .link--hover:focus.
CSS_TOKEN = re.compile(r"""(?<![\w-])(--[\w-]+)\s*:((?:"[^"]*"|'[^']*'|[^;{}"'])*);?""")
CSS_TOKEN_USED = re.compile(r"var\(\s*(--[\w-]+)")
REMOTE = re.compile(r"(?i)(?:[a-z][a-z0-9+.-]*:)?//")


def npm() -> list[str | Path]:
    """Find npm: on the PATH when new enough, else installed from Python's package index."""
    version = re.match(r"v(\d+)\.", answers(["node", "--version"]) or "")
    if version and int(version.group(1)) >= OLDEST_NODE and answers(["npm", "--version"]):
        return ["npm"]
    packages_step("requirements-node.lock").run()
    return [VENV / "bin" / "npm"]


def node_step() -> Step:
    """Install the locked style packages; nothing of theirs is run."""

    def work() -> None:
        found = npm()
        # npm starts programs by the name `node`.
        path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        extra = {"PATH": path} if len(found) == 1 and isinstance(found[0], Path) else {}
        options = ("--ignore-scripts", "--no-audit", "--no-fund")
        run([*found, "ci", *options], extra=extra)

    inputs = (ROOT / "package.json", ROOT / "package-lock.json")
    return Step("style packages", NODE_MODULES / ".stamp", inputs, (), work)


def styles_step() -> Step:
    """Build pmg/static/vendor from what package.json lists under "pmg"."""
    wanted = json.loads((ROOT / "package.json").read_text("utf-8")).get("pmg", {})
    sheets = sorted(VENDOR.parent.glob("*.css"))

    def work() -> None:
        VENDOR.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=VENDOR.parent, prefix=".vendor-") as temporary:
            fresh = Path(temporary) / "vendor"
            fresh.mkdir()
            ours = "".join(sheet.read_text("utf-8") for sheet in sheets)
            build_styles(ROOT, fresh, styles=wanted["styles"], files=wanted["files"], ours=ours)
            shutil.rmtree(VENDOR, ignore_errors=True)
            fresh.rename(VENDOR)

    outputs = tuple(VENDOR / name for name in ("vendor.css", *wanted.get("files", {}).values()))
    inputs = (NODE_MODULES / ".stamp", Path(__file__), *sheets)
    return Step("styles", VENDOR / ".stamp", inputs, outputs, work)


def build_styles(
    source: Path, target: Path, *, styles: Sequence[str], files: dict[str, str], ours: str = ""
) -> None:
    """Join `styles` into target/vendor.css and copy `files`; paths are relative to `source`.

    Design tokens that neither they nor our own style, `ours`, ask for are left out.
    What a style names by url() is copied beside it. Raises Stop for a file that is missing and
    for anything that a browser would have to fetch elsewhere.
    """
    known: dict[Path, str] = {}
    for path, name in files.items():
        known[existing(source, path)] = name
    parts = []
    for path in styles:
        text = local_style(existing(source, path), known)
        parts.append(f"/* {path.removeprefix('node_modules/')} */\n{text.strip()}\n")
    sheet = without_idle_tokens("\n".join(parts), ours)
    (target / "vendor.css").write_text(sheet, "utf-8")
    for original, name in known.items():
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(original, copy)


def local_style(sheet: Path, known: dict[Path, str]) -> str:
    """Give the text of a style sheet that needs nothing from elsewhere."""

    def imported(found: re.Match[str]) -> str:
        return without_import(found, sheet)

    def named(found: re.Match[str]) -> str:
        return local_url(found, sheet, known)

    text = CSS_NOISE.sub("", sheet.read_text("utf-8"))
    return CSS_URL.sub(named, CSS_IMPORT.sub(imported, text))


def without_idle_tokens(sheet: str, ours: str) -> str:
    """Leave out the design tokens that nothing asks for, directly or by way of another token.

    A theme has thousands, for components of every kind, and each element of a page inherits all.
    """
    whole = sheet + ours
    leads_to: dict[str, set[str]] = {}
    for name, value in CSS_TOKEN.findall(whole):
        leads_to.setdefault(name, set()).update(CSS_TOKEN_USED.findall(value))
    used, asked = set(), set(CSS_TOKEN_USED.findall(CSS_TOKEN.sub("", whole)))
    while asked:
        used |= asked
        asked = set().union(*(leads_to.get(name, set()) for name in asked)) - used
    kept = CSS_TOKEN.sub(lambda found: found[0] if found[1] in used else "", sheet)
    return re.sub(r"\n\s*\n+", "\n", kept)


def existing(source: Path, path: str) -> Path:
    """Give the path of a listed file. Raises Stop if it is not there."""
    found = (source / path).resolve()
    if not found.is_file():
        raise Stop(f'package.json lists "{path}" under "pmg", but there is no such file.')
    return found


def without_import(found: re.Match[str], sheet: Path) -> str:
    """Leave out an @import from elsewhere; a local one has to be listed in package.json itself."""
    if REMOTE.match(found.group(1)):
        return ""
    raise Stop(f'{sheet} imports {found.group(1)}: list that file before it under "styles".')


def local_url(found: re.Match[str], sheet: Path, known: dict[Path, str]) -> str:
    """Rewrite one url() to the copy in the vendor folder, and note in `known` what to copy."""
    address = next(group for group in found.groups() if group is not None)
    if not address or address.startswith(("data:", "#")):
        return found.group(0)
    if REMOTE.match(address):
        raise Stop(f"{sheet} fetches {address}: nothing may come from elsewhere.")
    path = (sheet.parent / re.split(r"[?#]", address)[0]).resolve()
    if not path.is_file():
        raise Stop(f"{sheet} names {address}, but there is no such file.")
    # Two packages may both have an icons.svg.
    known.setdefault(path, f"{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}-{path.name}")
    return f'url("{known[path]}")'
