"""Virtual environments, locked packages, the command `pmg` and translations."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

from scaffold.steps import ROOT, STAMPS, VENV, Step, Stop, run

TRANSLATIONS = ROOT / "pmg" / "translations"


def venv_step(folder: Path = VENV) -> Step:
    """Make a virtual environment; again when the checkout moved or Python changed."""
    python = folder / "bin" / "python"
    identity = f"{folder} {sys.version_info.major}.{sys.version_info.minor}"

    def work() -> None:
        try:
            import ensurepip  # noqa: F401, PLC0415  (Debian leaves it out)
            import venv  # noqa: F401, PLC0415
        except ImportError:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise Stop(
                "this Python cannot make virtual environments. On Debian and Ubuntu run: "
                f"apt-get install python{version}-venv   (as root), then try again."
            ) from None
        if folder.is_symlink():
            raise Stop(
                f"{folder} is a link, and making it anew would empty what it leads to. "
                "Remove the link, then try again."
            )
        base = getattr(sys, "_base_executable", sys.executable)
        run([base, "-m", "venv", "--clear", folder])

    return Step("Python environment", folder / "stamps" / "venv", (identity,), (python,), work)


def packages_step(lock: str = "requirements.lock", *, folder: Path = VENV) -> Step:
    """Install what a lock file holds; every file is checked against its hash."""
    path = ROOT / lock
    names = re.findall(r"(?m)^[a-z0-9_.-]+==", path.read_text("utf-8"))
    counted = re.compile(r"\s*(Collecting|Requirement already satisfied)")

    def work() -> None:
        run(
            [folder / "bin" / "python", "-m", "pip", "install", "--require-hashes",
             "--only-binary", ":all:", "-r", path],
            count=(counted, len(names)),
        )  # fmt: skip

    # The environment's own stamp is an input: a new environment is an empty one.
    inputs = (path, folder / "stamps" / "venv")
    return Step(f"{len(names)} packages of {lock}", folder / "stamps" / lock, inputs, (), work)


def command_step() -> Step:
    """Write the command `pmg`, which works from any folder."""
    script = VENV / "bin" / "pmg"
    # A checkout's path may hold spaces or be too long for a #! line; the shell has no such limit.
    text = (
        "#!/bin/sh\n"
        f"'''exec' {shlex.quote(str(VENV / 'bin' / 'python'))} \"$0\" \"$@\"\n' '''\n"
        "import sys\n\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        'sys.argv[0] = "pmg"\n\n'
        "from pmg.cli import main\n\n"
        "raise SystemExit(main())\n"
    )

    def work() -> None:
        script.write_text(text, "utf-8")
        script.chmod(0o755)

    return Step("the command .venv/bin/pmg", STAMPS / "command", (text,), (script,), work)


def translations_step() -> Step | None:
    """Compile the translations, if there are any."""
    sources = tuple(sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")))
    if not sources:
        return None

    def work() -> None:
        python = VENV / "bin" / "python"
        run([python, "-m", "babel.messages.frontend", "compile", "-d", TRANSLATIONS])

    compiled = tuple(source.with_suffix(".mo") for source in sources)
    return Step("translations", STAMPS / "translations", sources, compiled, work)
