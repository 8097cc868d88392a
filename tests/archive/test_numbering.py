"""Gaps, repetitions and counters of the numbers of a company, and what explains a gap."""

import json
from collections.abc import Iterable

import pytest

from ocote.archive.walking.numbering import Explanations, MissingNumbers, NumberWalk, Reached, RepeatedNumber
from ocote.store.numbers import Series
from ocote.store.verifying import LeftNumberRow, NumberChangeRow, NumberRow
from tests.archive.archived import numbered, sample, signed

TILL = Series("01", "M001", "P001", 2026)
LAST_YEAR = Series("01", "M001", "P001", 2025)


def number(correlative: int, year: int = 2026, doc_type: str = "01") -> NumberRow:
    return NumberRow(f"DTE-{doc_type}-M001P001-{correlative:015d}", year)


def missing(*gaps: tuple[int, int], series: Series = TILL) -> list[MissingNumbers]:
    return [MissingNumbers(series, first, last) for first, last in gaps]


def walked(rows: Iterable[NumberRow]) -> list[MissingNumbers | RepeatedNumber]:
    return list(NumberWalk(()).take(rows))


def test_numbers_without_gap_show_nothing() -> None:
    assert walked(map(number, range(1, 100))) == []


def test_a_gap_is_one_range_also_before_the_first_number() -> None:
    assert walked(map(number, (3, 4, 9))) == missing((1, 2), (5, 8))


def test_a_number_twice_is_found() -> None:
    assert walked(map(number, (1, 2, 2, 3))) == [RepeatedNumber(TILL, 2)]


def test_the_years_of_a_series_may_come_mixed() -> None:
    rows = [number(1, 2025), number(1), number(2, 2025), number(3, 2025), number(3)]
    assert walked(rows) == missing((2, 2))


def test_types_are_counted_apart_and_texts_that_are_no_numbers_are_passed_over() -> None:
    rows = [number(1), NumberRow("DTE-01-M001P001-000000000000000", 2026), NumberRow("x", 2026), number(2, 2026, "03")]
    assert walked(rows) == missing((1, 1), series=Series("03", "M001", "P001", 2026))


def test_a_walk_goes_on_where_another_one_ended() -> None:
    first = NumberWalk(())
    assert list(first.take(map(number, (1, 2)))) == []
    second = NumberWalk(first.reached)
    assert list(second.take(map(number, (3, 5)))) == missing((4, 4))


def test_numbers_that_the_counter_gave_out_and_that_are_gone_are_missing() -> None:
    walk = NumberWalk(())
    list(walk.take(map(number, (1, 2))))
    assert list(walk.end([Reached(TILL, 5), Reached(LAST_YEAR, 1)])) == [
        *missing((3, 5)),
        *missing((1, 1), series=LAST_YEAR),
    ]


def test_numbers_sold_during_the_walk_are_neither_missing_nor_above_the_counter() -> None:
    walk = NumberWalk(())
    list(walk.take(map(number, (1, 2, 3))))
    assert list(walk.end([Reached(TILL, 2)])) == []
    assert list(walk.above([Reached(TILL, 4)])) == []


@pytest.mark.parametrize("counters", [[], [Reached(TILL, 2)]])
def test_a_number_above_its_counter_is_found(counters: list[Reached]) -> None:
    walk = NumberWalk(())
    list(walk.take(map(number, (1, 2, 3))))
    assert list(walk.above(counters)) == [(Reached(TILL, 3), 2 if counters else 0)]


def changed(before: int, after: int, series: Series = TILL) -> NumberChangeRow:
    return NumberChangeRow(series.doc_type, series.branch_code, series.pos_code, series.year, before, after)


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ([], [(1, 10)]),
        ([changed(1, 11)], []),
        ([changed(1, 1094)], []),
        ([changed(3, 6)], [(1, 2), (6, 10)]),
        ([changed(3, 6), changed(5, 9)], [(1, 2), (9, 10)]),
        ([changed(6, 9), changed(1, 3)], [(3, 5), (9, 10)]),
        ([changed(9, 3)], [(1, 10)]),
        ([changed(20, 30)], [(1, 10)]),
        ([changed(1, 11, LAST_YEAR)], [(1, 10)]),
    ],
)
def test_numbers_that_a_counter_was_set_past_are_explained(
    changes: list[NumberChangeRow], left: list[tuple[int, int]]
) -> None:
    assert list(Explanations(changes).unexplained(MissingNumbers(TILL, 1, 10))) == missing(*left)


def left(correlative: int, why: str, answer: str | None = None) -> LeftNumberRow:
    """An earlier text under a number."""
    return LeftNumberRow("id", correlative, 2026, why, signed(numbered(sample("01-v2"), correlative)), answer)


def refusal(field: str) -> str:
    return json.dumps({"estado": "RECHAZADO", "codigoMsg": "004", "descripcionMsg": f"[{field}] YA EXISTE"})


def test_numbers_that_documents_left_are_explained_and_no_others() -> None:
    explanations = Explanations([])
    explanations.add_left(
        [
            left(2, "number"),
            left(3, "unsent"),
            left(4, "rejected", refusal("identificacion.numeroControl")),
            left(5, "rejected", refusal("identificacion.codigoGeneracion")),
            left(6, "rejected"),
            left(7, "contingency"),
            left(8, "cause"),
            LeftNumberRow("id", 9, 2026, "number", "damaged", None),
        ]
    )
    assert list(explanations.unexplained(MissingNumbers(TILL, 1, 9))) == missing((1, 1), (5, 9))
