"""The first sentence of a docstring stands alone."""

import pytest

from tools.docstrings import SOURCE, faults, faults_in


def test_the_first_sentence_of_every_docstring_stands_alone() -> None:
    assert faults(SOURCE) == []


@pytest.mark.parametrize(
    "text",
    [
        "The documents of a lot.",
        "Locks the company until the transaction ends.\n\nthe second paragraph may begin anyhow",
        "``codigoGeneracion``: the unique code of a document.",
        "Amounts that are wrapped\nover two lines.",
        "Sections of the document::\n\n    resumen",
        "The Same name in the middle, and what follows from it.",
    ],
)
def test_a_sentence_with_a_subject_or_a_verb_passes(text: str) -> None:
    assert list(faults_in(text)) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("The same for several documents.", "begins with a word that refers to another place"),
        ("What is announced of a document.", "begins with a word that refers to another place"),
        ("So many seconds.", "begins with a word that refers to another place"),
        ("the documents of a lot.", "begins without a capital letter"),
        ("The documents of a lot", "has no full stop"),
        ("The documents of a lot\n\nEach has a stamp.", "has no full stop"),
    ],
)
def test_a_sentence_that_does_not_stand_alone_is_found(text: str, fault: str) -> None:
    assert list(faults_in(text)) == [fault]
