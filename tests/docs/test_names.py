"""A public name means one thing: no two modules define it."""

from pathlib import Path

from tools.names import SOURCE, defined_twice


def _write(source: Path, module: str, text: str) -> None:
    path = source / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_no_public_name_of_the_gateway_is_defined_twice() -> None:
    assert defined_twice(SOURCE) == {}


def test_a_class_a_function_and_a_constant_are_found_in_two_modules(tmp_path: Path) -> None:
    _write(tmp_path, "mh/wire.py", "class Deadline: ...\ndef serve(): ...\nLEASE = 1\n")
    _write(tmp_path, "contingency/deadlines.py", "class Deadline: ...\nasync def serve(): ...\nLEASE: int = 1\n")

    where = ["contingency/deadlines.py", "mh/wire.py"]
    assert defined_twice(tmp_path) == {"Deadline": where, "LEASE": where, "serve": where}


def test_private_names_and_the_emulator_are_left_alone(tmp_path: Path) -> None:
    _write(tmp_path, "mh/wire.py", "class _Deadline: ...\nclass Policy: ...\n")
    _write(tmp_path, "contingency/deadlines.py", "class _Deadline: ...\n")
    _write(tmp_path, "emulator/policy.py", "class Policy: ...\n")

    assert defined_twice(tmp_path) == {}


def test_a_name_that_is_assigned_twice_in_one_module_is_one_definition(tmp_path: Path) -> None:
    _write(tmp_path, "trust.py", "if True:\n    pass\nSTORE = None\nSTORE = 1\n")

    assert defined_twice(tmp_path) == {}
