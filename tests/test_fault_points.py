"""The points at which a process can be made to die: the list of them is complete, and off they do nothing."""

import ast
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ocote import fault_points
from ocote.emulator.faults import ENDPOINTS

SOURCE = Path(fault_points.__file__).parent
STORE = "ocote.store"


HANDED_IN = {"companies.save_company"}
"""Units of work that the caller of a service may replace by one that does more."""

COMPOSING = ("people", "drafting", "companies")
"""The packages that put units of work together from several of the store; none of them numbers or signs a document."""


def _names(tree: ast.Module) -> dict[str, str]:
    """What each imported name of the store stands for: a module, or a function of one."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and f"{node.module}.".startswith(f"{STORE}."):
            inside = node.module.removeprefix(STORE).lstrip(".")
            for each in node.names:
                found[each.asname or each.name] = ".".join(filter(None, (inside, each.name)))
    return found


def _last_two(name: str) -> str:
    """Module and function, without the folders above the module."""
    return ".".join(name.split(".")[-2:])


def _committed(path: Path) -> Iterator[str]:
    """The units of work that a module has committed: what it hands to ``store.write``, by itself or as audited."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = _names(tree)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write"):
            continue
        if "store" not in ast.unparse(node.func.value):
            continue
        unit = node.args[2] if ast.unparse(node.args[0]) == "audited" else node.args[0]
        named = ast.unparse(unit.value if isinstance(unit, ast.Attribute) else unit)
        if named not in names and path.parent.name in COMPOSING:
            continue
        if isinstance(unit, ast.Attribute):
            yield _last_two(f"{names[ast.unparse(unit.value)]}.{unit.attr}")
        else:
            yield _last_two(names[ast.unparse(unit)])


def test_every_unit_of_work_that_is_committed_is_in_the_list() -> None:
    committed = {unit for path in SOURCE.rglob("*.py") for unit in _committed(path)}
    assert committed | HANDED_IN == set(fault_points.COMMITS)


def test_every_service_of_mh_is_in_the_list() -> None:
    assert set(fault_points.MH_SERVICES) == set(ENDPOINTS)


def test_off_a_point_is_an_empty_function() -> None:
    assert fault_points.reach is fault_points._pass_by
    fault_points.reach("before-mh", "reception")


def _run(variable: str) -> subprocess.CompletedProcess[str]:
    """Passes three times by each of two points, in a process of its own."""
    program = (
        "from ocote.fault_points import reach\n"
        "from ocote.store.documents import register\n"
        "for passage in range(3):\n"
        "    reach('before-commit', register)\n"
        "    reach('before-mh', 'query')\n"
        "    print(passage, flush=True)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        env={fault_points.VARIABLE: variable},
        capture_output=True,
        text=True,
    )


def test_armed_a_process_dies_at_the_first_passage() -> None:
    ended = _run("before-commit:documents.register")
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "")


def test_armed_a_process_dies_at_the_passage_that_is_asked_for() -> None:
    ended = _run("before-mh:query:3")
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "0\n1\n")


def test_a_point_that_does_not_exist_is_refused() -> None:
    ended = _run("before-commit:documents.registre")
    assert ended.returncode == 1
    assert "there is no such point" in ended.stderr
