"""What people are shown is what was signed: nothing invisible, nothing in another order."""

import sys
from unicodedata import bidirectional, category

import pytest

from ocote.dte.characters import (
    changes_direction,
    invisible_characters,
    is_visible,
    line_breaks,
    listed_characters,
    without_invisible,
)

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


SHAPED = [
    "👨\u200d👩\u200d👧",
    "❤\ufe0f\u200d🔥",
    "1\ufe0f\u20e3",
    "©\ufe0f",
    "👩🏽\u200d🚀",
    "🏳\ufe0f\u200d🌈",
    "葛\U000e0100",
]
LETTERS = ["می\u200cخواهم", "क्\u200dष", "അവന\u0d4d\u200d", "ᠠ\u180b", "Ñandú cafe\u0301"]
FLAG = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize("text", [*SHAPED, *LETTERS, FLAG, "", "A 1"])
def test_what_shapes_a_letter_or_an_emoji_stays(text: str) -> None:
    assert without_invisible(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Pa\u00adpel\u200b", "Papel"),
        ("\ufeffPapel", "Papel"),
        ("Pa\u200dpel\u200c", "Papel"),
        ("A\ufe0f1\ufe0f", "A1"),
        ("日\u200d本\u200d", "日本"),
        ("👨\u200d", "👨"),
        ("👨\u200b\u200d", "👨"),
        ("ñ\ufe0f\u200d👨", "ñ👨"),
        ("a\U000e0041\U000e0042", "a"),
        ("🏴\U000e0067", "🏴"),
        ("\u3164\u115f\u1160\uffa0", ""),
        ("a\u034fb\u2060c\u2063d\ufff9e", "abcde"),
    ],
)
def test_what_nobody_sees_is_taken_out(text: str, seen: str) -> None:
    assert without_invisible(text) == seen
    assert without_invisible(seen) == seen


def test_every_character_that_is_taken_out_alone_shows_nothing() -> None:
    every = (chr(code) for code in range(sys.maxunicode + 1))

    taken = [each for each in every if without_invisible(f"a{each}b") == "ab"]
    assert len(taken) > 4000
    assert not any(is_visible(each) for each in taken)
    assert all(invisible_characters(each) == (each,) for each in taken)


def test_invisible_characters_are_told_by_their_numbers() -> None:
    assert listed_characters(invisible_characters("a\u200b\u200bb\U000e0041")) == "U+200B, U+E0041"
