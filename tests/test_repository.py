"""What the repository's own files may not say or do, checked over all of them."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_PRIVATE_FOLDER = re.compile(r"(?<![\w.~/-])/(?:work|tmp|root|home)(?:/|$)")
# Written in two parts, so that this file does not name what it forbids.
_REGISTRY_HOSTS = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "proxy." + "golang.org")


def _tracked_texts() -> Iterator[tuple[Path, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if not path.is_file():
            continue
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(ROOT), content.decode("utf-8")


def test_no_tracked_file_names_a_private_folder_or_a_package_registry() -> None:
    faults = [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in _tracked_texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if _PRIVATE_FOLDER.search(line) or any(host in line for host in _REGISTRY_HOSTS)
    ]
    assert faults == []


def _locked(name: str) -> list[str]:
    """The entries of a lock: the package with its version, and its hashes."""
    return re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-runtime.lock"])
def test_a_lock_pins_every_package_with_hashes(name: str) -> None:
    entries = _locked(name)
    assert len(entries) > 40
    assert [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_what_runs_in_production_is_what_was_tested_and_nothing_of_development() -> None:
    runtime = _locked("requirements-runtime.lock")
    assert set(runtime) <= set(_locked("requirements.lock"))

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {entry.partition("==")[0] for entry in runtime}
    assert {_package(wanted) for wanted in project["project"]["dependencies"]} <= names
    assert {_package(wanted) for wanted in project["dependency-groups"]["dev"]} & names == set()


def _package(requirement: str) -> str:
    return re.split(r"[\[<>=]", requirement)[0]


def test_no_module_of_the_tests_imports_a_test_module() -> None:
    """What two test modules need is a builder, with a module of its own (``tests/README.md``)."""
    faults = [
        f"{path}: {name}"
        for path, name in _imports_of_the_tests()
        if name.startswith("tests.") and any(part.startswith("test_") for part in name.split("."))
    ]
    assert faults == []


def test_no_fixture_comes_from_the_demonstration() -> None:
    """The demonstration may change its company without changing what the tests prove."""
    assert [f"{path}: {name}" for path, name in _imports_of_the_tests() if name.startswith("ocote.cli.demo")] == []


@cache
def _imports_of_the_tests() -> tuple[tuple[Path, str], ...]:
    """Every module, or name in a module, that a file below ``tests`` imports."""
    found: list[tuple[Path, str]] = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found.extend((path.relative_to(ROOT), alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                found.extend((path.relative_to(ROOT), f"{node.module}.{alias.name}") for alias in node.names)
    return tuple(found)
