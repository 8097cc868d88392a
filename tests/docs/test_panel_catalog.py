"""The panel's English catalog is complete and compiled, and each fault of a catalog is found."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tools import panel_catalog


def test_every_text_of_the_panel_is_translated_and_the_compiled_catalog_is_current() -> None:
    assert panel_catalog.panel_faults() == []


def test_a_text_without_translation_an_idle_translation_and_a_stale_catalog_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = Catalog("en")
    written.add("Hoy", "Today")
    written.add("Nunca", "Never")
    made = BytesIO()
    write_mo(made, Catalog("en"))
    (tmp_path / "messages.mo").write_bytes(made.getvalue())
    monkeypatch.setattr(panel_catalog, "texts_of_panel", lambda: {"Hoy": "a.py", "Falta papel.": "b.html"})
    monkeypatch.setattr(panel_catalog, "english", lambda: written)
    monkeypatch.setattr(panel_catalog, "COMPILED", tmp_path / "messages.mo")
    assert panel_catalog.panel_faults() == [
        "b.html: not translated: Falta papel.",
        "no text of the panel: Nunca",
        "messages.mo is stale: run python -m tools.panel_catalog",
    ]


@pytest.mark.parametrize(
    ("text", "string", "is_template", "faults"),
    [
        ("%(n)s en total", "%(n)s in all", True, []),
        ("%(n)s en total", "%(m)s in all", True, ["other placeholders"]),
        ("faltan {days} días", "days left", False, ["other placeholders"]),
        ("El 1 %% de IVA", "The 1 % of VAT", True, ["a percent sign that is not doubled"]),
        ("El 1 %% de IVA", "The 1 %% of VAT", True, []),
        ("El 1 % de IVA", "The 1 % of VAT", False, []),
    ],
)
def test_a_translation_has_the_placeholders_and_the_percent_signs_of_its_text(
    text: str, string: str, is_template: bool, faults: list[str]
) -> None:
    assert panel_catalog.faults_of_translation(text, string, is_template=is_template) == faults


def test_texts_of_a_module_are_those_that_are_said_and_those_that_read_like_spanish() -> None:
    source = '''
"""Un módulo que nadie lee."""
_PATTERN = re.compile("Ventas por día")
LABELS = {"a": "Punto de venta", "b": "Estado", "c": "stamped"}
hint = say("en") if kind == "Factura de compra" else phrase("falta")
raise ValueError("a path of many words")
'''
    assert sorted(panel_catalog.texts_of_python(source)) == ["Estado", "Punto de venta", "en", "falta"]


def test_spanish_words_in_an_f_string_are_found_because_nothing_translates_them() -> None:
    assert list(panel_catalog.patched_texts('a = f"Faltan {n} días"\nb = f"{n}-{m}"')) == ["f'Faltan {n} días'"]


def test_texts_of_a_template_are_found_with_the_first_of_two_forms(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        '{{ _("Hoy") if a else _("Ayer") }}{{ _("%(n)s más", n=n) }}{{ ngettext("uno", "%(num)s", n) }}{{ say(word) }}',
        encoding="utf-8",
    )
    assert list(panel_catalog.texts_of_template(template)) == ["Hoy", "Ayer", "%(n)s más", "uno"]


def test_writing_adds_new_texts_without_translation_and_removes_those_that_are_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = tmp_path / "messages.po"
    written.write_text(
        '# Kept.\nmsgid ""\nmsgstr ""\n"Language: en\\n"\n\nmsgid "Nunca"\nmsgstr "Never"\n\n'
        'msgid "Hoy"\nmsgstr "Today"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(panel_catalog, "WRITTEN", written)
    monkeypatch.setattr(panel_catalog, "texts_of_panel", lambda: {"Hoy": "a.py", "Falta papel.": "b.html"})
    assert panel_catalog.completed_english().decode() == (
        '# Kept.\nmsgid ""\nmsgstr ""\n"Language: en\\n"\n\nmsgid "Falta papel."\nmsgstr ""\n\n'
        'msgid "Hoy"\nmsgstr "Today"\n'
    )
