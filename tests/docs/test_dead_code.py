"""Nothing of the gateway lives for the tests alone."""

from pathlib import Path

from tools.dead_code import ROOT, unused


def test_every_definition_is_used_by_the_gateway_itself() -> None:
    assert unused([ROOT / "src", ROOT / "bench"]) == []


def test_a_function_that_nothing_calls_is_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("def used(): ...\n\n\ndef forgotten(): ...\n\n\nused()\n", encoding="utf-8")

    assert unused([tmp_path]) == [f"{module}:4: function forgotten"]
