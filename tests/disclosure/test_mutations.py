"""A drill: weaken one rule at a time; some test of disclosure control must then fail."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEAKER = [
    ("audit", "release.tolerance < release.base - 1", "release.tolerance < 0"),
    ("audit", "if values[parent] != sum(", "if values[parent] < sum("),
    ("audit", "if value < 0 or value % release.base:", "if value < 0:"),
    ("audit", "elif part.count(world.rows) != list(values):", "elif False:"),
    ("audit", "if abs(count - value) > release.tolerance:", "if False:"),
    ("ledger", "high - low >= k - 1 and", "high - low >= 0 and"),
    ("ledger", "return high - low >=", "return low >= k or high - low >="),
    ("ledger", "if (unit, codes) not in here", "if False"),
    ("ledger", "if (item[", "if False and (item["),
    ("ledger", "if not apart_or_wide(one, other)", "if False"),
    (
        "ledger",
        "return low > high or wide_enough(low, high,",
        "return True or wide_enough(low, high,",
    ),
    ("ledger", "low, high, k=min(one.base, other.base)", "low, high, k=max(one.base, other.base)"),
    ("atoms", "if place in part.ties:", "if False:"),
    ("insider", "shielded | part.never", "shielded"),
    ("together", " and place not in part.never", ""),
    ("checks", "known and part.can_be(codes) and", "known and"),
    ("audit", "number < 0 or not part.can_be(codes)", "number < 0"),
    ("worlds", "if place in part.ties else name", "if False else name"),
    ("sticky", "return fits(shown, beside) and", "return"),
    ("sticky", "(shown, False)", "(shown, True)"),
    (
        "rounding",
        "        fits(rules.shown(value),",
        "        True or fits(rules.shown(value),",
    ),
    ("ledger", "wide_enough(max(0, low), min(less.high, high), k=k)", "True"),
    ("ledger", "pairs += [(before, release), (release, before)]", "pass"),
    ("ledger", "whole = one.whole(codes) if unit == one.small else None", "whole = None"),
    ("ledger", "yield from ((one.small, part) for part in one.parts(codes))", "pass"),
    ("within", "not in self.codes", "is None"),
    ("within", "{**known, **self.as_}", "known"),
    ("release", "if len(data) > _MOST_WITHIN:", "if False:"),
    ("rounding", "hmac.digest(rules.key,", 'hmac.digest(b"known to all....",'),
    ("publish", "if not held:", "if True:"),
    ("publish", "above=release.tolerance)", "above=params.last_tolerance)"),
    ("release", "(step - 1, step, step", "(step - 2, step, step"),
    ("release", "(step - 1, step, step", "(step - 1, step"),
    ("together", "cells = asked", "cells = []"),
    ("together", "any(now[key] != value", "all(now[key] != value"),
    ("verify", "line.outcome in _GROUNDS", "False"),
    ("verify", "if said != (entry.before, earlier):", "if False:"),
    ("verify", "*crossings(before, release), ", "*(), "),
    ("verify", ", *crossings_inside(before, release)", ", *()"),
    ("together", "*crossings_inside(earlier, release),", ""),
    ("checks", "in crossings_inside((), release)", "in ()"),
    ("witnesses", "if not reach.protects(cell, k=k)", "if not reach"),
    ("release", "max(MINIMUM_BASE, _STEPS * self.base)", "0"),
    ("release", "max(MINIMUM_BASE, _STEPS * self.base)", "MINIMUM_BASE"),
    ("derive", "0 < below < base", "0 <= below <= base"),
    ("insider", "if x >= most}", "if False}"),
    ("insider", "for world in seen}) <= 1", "for world in seen}) <= 0"),
    ("insider", "if ranges[place][0] < release.base and", "if False and"),
    ("release", "return self.base * self.contribution", "return self.base"),
    ("suppression", "0 < count < secret.params.step", "0 < count < 2"),
    ("suppression", "        if proof.complete:", "        if True:"),
    ("suppression", "        if not computed:", "        if True:"),
    ("suppression", "if same and _release", "if False and _release"),
    ("suppression", "if any(units.issuperset(pair)", "if any(False"),
    ("proof", "if width[cell] < k", "if False"),
    ("proof", "random.Random(release.hash)", "random.Random()"),
    ("proof", ").sum() == apart:", ").sum() >= 0:"),
    ("proof", "(low, k), (high, -k)", "(low, k - 1), (high, 1 - k)"),
    ("fillings", "upper=now - laid.lower)", "upper=laid.upper)"),
    ("fillings", "lower=1.0, upper=most)", "lower=0.0, upper=most)"),
    ("checks_hidden", "min(seen) >= 1,", "True,"),
    ("complement", "on[0].bind(program, on[1], columns, cells, signs)", "pass"),
    ("audit_hidden", "value != count", "False"),
    ("audit_hidden", "0 < value < release.base", "False"),
    ("checks_hidden", "max(seen) - min(seen) >= k", "True"),
    ("checks_hidden", "set(seen) == {value}", "True"),
    ("checks_hidden", "value is None or value == 0 or value >= k", "True"),
    ("checks_hidden", "known <= whole if None in shown", "True if None in shown"),
    ("checks_hidden", "else known == whole", "else known >= whole"),
    ("checks_hidden", "bool(counted)", "True"),
    ("ledger", "if all(before.method == method for before in earlier):", "if True:"),
    ("ledger", "and not _says_the_same(before, release)", "and False"),
    ("verify", "in hidden_beside(before, release)", "in ()"),
    ("derive", "if below is None or base is None:", "if base is None:"),
    ("derive", "if len(shown) < len(counts) or", "if"),
    ("release", "if not release.hides and any(None", "if False and any(None"),
    ("checks", "value >= 0 and value % base == 0", "value >= 0"),
    ("checks", "tabulated(part, world) == list(values)", "True"),
    ("checks", 'certificate["limits"] in known', "True"),
    ("checks", "bool(known and solver)", "True"),
    ("checks", "proof == says and", 'proof["hash"] == says["hash"] and'),
    ("checks", "is int and set(world) == _WORLD", "is int"),
    ("checks", " and are_hashes(certificate)", ""),
    ("national_checks", "and _changes_are_named(certificate)", ""),
    ("promises", "[_MIXES] if earlier and not release.hides", "[_MIXES] if False"),
    ("promises", "[SOME_SMALL] if release.number_hidden", "[SOME_SMALL] if True"),
    ("promises", "[_FINER] if earlier and", "[_FINER] if False and"),
    ("verify", "return Outcome.UNSIGNED if", "return Outcome.GOOD if"),
    ("tables", "if not part.can_be(codes):", "if False:"),
    ("tables", "if other != place:", "if False:"),
    ("tables", " or number < 0:", ":"),
    ("tables", "or code not in hierarchy.known:", "or False:"),
    ("specs", "if parent.setdefault(low, high) != high:", "if False:"),
    ("specs", "if meaning.setdefault(code, members) != members:", "if False:"),
    ("solver", "abs(given - np.rint(given)) < _NEAR_WHOLE", "abs(given - np.rint(given)) < 1"),
    ("solver", "if status not in _ANSWERED or not found:", "if False:"),
    ("flight", "if draw(cell) * (up + down) < down", "if draw(cell) < 0.5"),
    ("flight", "rules += [made_of[place] for place in sums if not free[place]]", "pass"),
    ("singletons", "        if computed:", "        if False:"),
    ("singletons", " and not own & other:", ":"),
    ("solver", "if integer.any():", "if False:"),
    ("merging", "if hierarchy.dimension in tied:", "if False:"),
    ("merging", "if all(groups[pair[0]] == groups[pair[1]]", "if any(True"),
    ("merging", "may_merge(hierarchy.dimension, pair) and", "True and"),
    ("merging", " and can_merge(table, asked, hierarchy)", ""),
    ("merging", "for _unit, codes in own - shown)", "for _unit, codes in own)"),
    ("merging", "if asked.has(spec) and _by(spec", "if _by(spec"),
    ("merging", "any(finding.is_of_all for finding in findings)", "False"),
    ("merging", "fewer > 0 or not (now or held)", "True"),
    ("merging", "        if cells is ALL_HELD:", "        if False:"),
    ("merging", "raise Stopped(", "Stopped("),
    ("merging", "follows = Follows(hierarchy.dimension, to)", "pass"),
    ("merging", "self.to[known[self.hierarchy.dimension]]", "known[self.hierarchy.dimension]"),
    ("merging", "        if is_shown:", "        if False:"),
    ("progress", "self.most = max(self.most, share)", "self.most = share"),
    ("national", "if source.release.hides:", "if False:"),
    ("national", "if len(known) < len(found):", "if False:"),
    ("national", "return sum(origin.tolerance for", "return max(origin.tolerance for"),
    ("national", "max(MINIMUM_BASE, self.tolerance + 1)", "MINIMUM_BASE"),
    ("national", "wanted.meanings.get(spec.name):", "source.meanings.get(spec.name):"),
    ("national", "one.tolerance < one.base - 1 for", "False for"),
    ("national_checks", "value == right,", "True,"),
    ("national_checks", "said == (origin.place, origin.base, origin.tolerance),", "True,"),
    ("national_checks", "must(not line.outcome,", "must(True,"),
    ("national_checks", "_over(release.release_id) == wanted,", "True,"),
    ("national_checks", "    _must_be_over(file, wanted)", "    pass"),
    ("national_checks", "_mean_alike(national, sources,", "(national, sources,"),
    ("over_time", "if any(release.hides for release in releases):", "if False:"),
    ("over_time", "return sum(release.tolerance for", "return max(release.tolerance for"),
    ("over_time", "max(self.tolerance + 1, *(", "max(0, *("),
    ("over_time", "_categories(each, used) != hierarchies", "False"),
    ("over_time", "if spec.name in tables)", "if True)"),
]
LONGEST = 15 * 60
"""Seconds for the tests to notice: what takes longer was not noticed."""


def copied(to: Path) -> None:
    for name in ("pmg", "tests"):
        (to / name).mkdir()
        shutil.copy(ROOT / name / "__init__.py", to / name)
        shutil.copytree(
            ROOT / name / "disclosure",
            to / name / "disclosure",
            ignore=shutil.ignore_patterns("__pycache__", "test_mutations.py", "test_command.py"),
        )
    (to / "docs").mkdir()
    for name in ("pmg/cli.py", "docs/disclosure.md"):
        shutil.copy(ROOT / name, to / name)


def nearest_first(folder: Path, module: str) -> list[Path]:
    """The files of tests, its own and those that speak of it first: most fail there."""
    name = re.compile(rf"\b{module}\b")
    return sorted(
        folder.glob("test_*.py"),
        key=lambda file: (
            file.stem != f"test_{module}",
            -len(name.findall(file.read_text(encoding="utf-8"))),
            file.name,
        ),
    )


def run(folder: Path, module: str) -> tuple[int, str]:
    """Run all tests until one fails, with the same chances each time; the code, and what it said.

    Fails where they take too long: a rule whose weakening only makes them slow is not noticed.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly", "--rootdir=."]
    files = nearest_first(folder / "tests" / "disclosure", module)
    try:
        done = subprocess.run(
            [*command, "-p", "no:cacheprovider", "--hypothesis-seed=1", *files],
            cwd=folder,
            capture_output=True,
            check=False,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired:
        pytest.fail(f"nothing was noticed in {LONGEST} seconds")
    return done.returncode, done.stdout.decode()[-2000:]


@pytest.mark.drill
def test_without_a_weakened_rule_all_tests_pass(tmp_path: Path) -> None:
    """Otherwise the others would say nothing: a copy that fails anyway fails weakened too."""
    copied(tmp_path)

    code, said = run(tmp_path, "publish")

    assert code == 0, said


@pytest.mark.drill
@pytest.mark.parametrize(("module", "rule", "weaker"), WEAKER)
def test_weakening_a_rule_makes_a_test_fail(
    module: str, rule: str, weaker: str, tmp_path: Path
) -> None:
    copied(tmp_path)
    path = tmp_path / "pmg" / "disclosure" / f"{module}.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(rule) == 1
    path.write_text(text.replace(rule, weaker), encoding="utf-8")

    code, said = run(tmp_path, module)

    # A file of tests that makes a release as it is read: the engine's own look at the truth stops.
    is_stopped = code == pytest.ExitCode.INTERRUPTED and "pmg.disclosure.errors.Unsafe" in said
    assert code == pytest.ExitCode.TESTS_FAILED or is_stopped, said
    assert re.search(r"^FAILED ", said, re.MULTILINE), said
    assert not re.search(r"\b\d+ errors?\b", said), said


def test_each_rule_stands_in_its_module_once() -> None:
    for module, rule, weaker in WEAKER:
        text = (ROOT / "pmg" / "disclosure" / f"{module}.py").read_text(encoding="utf-8")
        assert text.count(rule) == 1, (module, rule)
        compile(text.replace(rule, weaker), module, "exec")
