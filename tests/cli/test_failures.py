"""A failure that an operator can meet is one Spanish sentence, and no traceback."""

import pytest

from ocote.cli.failures import explanation
from ocote.documents.view import Refused
from ocote.printing.press.queue import PressBusyError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Refused("search_too_long"), "días"),
        (Refused("notes_too_many", limit=2000), "2000 notas"),
        (PressBusyError(), "«ocote doctor»"),
    ],
)
def test_what_a_search_or_a_pdf_cannot_do_is_told(error: Exception, words: str) -> None:
    text = explanation(error)

    assert text is not None
    assert words in text
    assert text.endswith(".")
