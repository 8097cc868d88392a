"""One document of each type and edition, kept as a file: a change in what is signed shows as a difference in review.

``OCOTE_REWRITE_GOLDEN=1`` rewrites the files; nothing else does.
"""

import os
from pathlib import Path

import msgspec
import pytest

from ocote.dte.text import encode
from tests.dte.golden_documents import DOCUMENTS

FOLDER = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_is_still_written_as_it_was(name: str) -> None:
    file = FOLDER / f"{name}.json"
    text = msgspec.json.format(encode(DOCUMENTS[name]()), indent=2).decode() + "\n"
    if os.environ.get("OCOTE_REWRITE_GOLDEN") == "1":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {str(file.relative_to(FOLDER)) for file in FOLDER.rglob("*.json")} == {f"{name}.json" for name in DOCUMENTS}
