"""Rules that every template of the panel keeps."""

import re
from pathlib import Path

import pytest

PANEL = Path(__file__).parents[2] / "src" / "ocote" / "panel"
TEMPLATES = sorted(PANEL.rglob("templates/*.html"))


DRAWN = PANEL / "frame" / "templates" / "icons.html"
"""Holds drawings of its own as markup."""


def _id(path: Path) -> str:
    return str(path.relative_to(PANEL))


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_only_literal_texts_are_translated_in_a_template(path: Path) -> None:
    """A translated text counts as safe HTML: a text of a stranger goes through ``request.say``."""
    assert re.findall(r'\b_\((?!\s*")[^)]*', path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_no_template_calls_a_text_safe_or_writes_a_script_or_a_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path != DRAWN:
        assert re.findall(r"\|\s*safe\b", text) == []
    assert re.findall(r"\bautoescape\b|\sstyle=|\son[a-z]+=|javascript:", text) == []
    assert re.findall(r"<script(?![^>]*\bnonce=)[^>]*>|<style(?![^>]*\bnonce=)", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_a_percent_sign_in_a_translated_text_is_doubled(path: Path) -> None:
    texts = re.findall(r'\b_\("([^"]*)"', path.read_text(encoding="utf-8"))
    assert [text for text in texts if re.search(r"%(?![(%])", text.replace("%%", ""))] == []
