"""What people are shown is what was signed: nothing invisible, nothing in another order."""

import sys
from unicodedata import bidirectional, category

import pytest

from ocote.dte.characters import changes_direction, is_visible, line_breaks

# Unicode's classes of the explicit formatting characters, and the three marks, which have the classes of letters.
EXPLICIT = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
MARKS = frozenset("\u061c\u200e\u200f")


def test_exactly_the_characters_that_turn_the_direction_do() -> None:
    every = (chr(code) for code in range(sys.maxunicode + 1))

    assert {each for each in every if changes_direction(each)} == MARKS | {
        chr(code) for code in range(sys.maxunicode + 1) if bidirectional(chr(code)) in EXPLICIT
    }


@pytest.mark.parametrize("text", ["Café Ñandú", "שלום", "مرحبا", "क्\u200dष", "می\u200cخواهم", "👨\u200d🌾", "a\u00adb"])
def test_letters_of_every_language_and_joiners_turn_nothing(text: str) -> None:
    assert not changes_direction(text)
    assert is_visible(text)


BLANKS = ["", " ", "\t\n", "\u00a0", "\u200b", "\u200d", "\u2060\ufeff", "\u00ad", "\u2028"]
FILLERS = ["\u115f\u1160", "\u2800", "\u3164", "\uffa0", "\ufe0f", "\u034f", "\u180e", "\u0301"]
TAGS = ["\U000e0041", "\U000e0100", "\u2065", "\ufff0"]


@pytest.mark.parametrize("text", BLANKS + FILLERS + TAGS)
def test_what_shows_nothing_is_invisible(text: str) -> None:
    assert not is_visible(text)
    assert is_visible(f"{text}a")


def test_every_letter_number_and_sign_is_visible_but_five_fillers() -> None:
    shown = [chr(code) for code in range(sys.maxunicode + 1) if category(chr(code))[0] in "LNPS"]

    assert [each for each in shown if not is_visible(each)] == ["\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"]


def test_a_sign_that_is_newer_than_this_program_is_visible() -> None:
    assert is_visible("\U0001fae9")


@pytest.mark.parametrize(
    ("text", "breaks"),
    [("", 0), ("a", 0), ("a\nb", 1), ("a\r\nb", 1), ("a\n\rb", 2), ("\n\n\n", 3), ("a\u2029b", 1), ("a\vb\fc\x85d", 3)],
)
def test_line_breaks_are_counted_as_they_are_printed(text: str, breaks: int) -> None:
    assert line_breaks(text) == breaks
