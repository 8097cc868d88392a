"""The catalog of click's texts in Spanish is complete and compiled, and every placeholder of a translation exists."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tools import catalog


def test_every_text_that_click_can_show_is_translated_and_the_compiled_catalog_is_current() -> None:
    assert catalog.faults() == []


def test_a_translation_names_nothing_that_click_does_not_fill_in() -> None:
    for message in catalog.translations():
        given = set(re.findall(r"{(\w+)", str(message.id)))
        assert set(re.findall(r"{(\w+)", str(message.string))) <= given, message.id


def _another(folder: Path) -> Path:
    """The compiled form of an earlier catalog with one text."""
    earlier = Catalog("es")
    earlier.add("Usage:", "Modo de uso:")
    made = BytesIO()
    write_mo(made, earlier)
    path = folder / "messages.mo"
    path.write_bytes(made.getvalue())
    return path


def test_a_text_without_translation_and_a_stale_catalog_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(catalog, "texts_of_click", lambda: iter(["Out of paper."]))
    monkeypatch.setattr(catalog, "COMPILED", _another(tmp_path))
    assert catalog.faults() == [
        "not translated: Out of paper.",
        "messages.mo is stale: run python -m tools.catalog",
    ]
