"""Statements as text: parameters, locks, and the typed rows that come out of them."""

import sqlite3

import pytest

from ocote.store.engine.statement import StoredRow, changed, columns, every, first, one, sql, text_list


class Till(StoredRow, frozen=True):
    code: str
    active: bool


_TILLS = sql(f"SELECT {columns(Till)} FROM till WHERE code >= :since", Till)
_ROWS = [Till("P001", True), Till("P002", False)]


def test_parameters_are_named_for_sqlite_and_numbered_for_postgresql() -> None:
    statement = sql("SELECT 1 FROM t WHERE a = :a AND b = :b AND c = :a")

    assert statement.sqlite == "SELECT 1 FROM t WHERE a = :a AND b = :b AND c = :a"
    assert statement.postgres == "SELECT 1 FROM t WHERE a = $1 AND b = $2 AND c = $1"
    assert statement(b=2, a=1).positional() == [1, 2]


def test_a_lock_stands_at_the_end_for_postgresql_alone() -> None:
    statement = sql("SELECT 1 FROM t WHERE a = :a", lock="no key update")

    assert statement.sqlite == "SELECT 1 FROM t WHERE a = :a"
    assert statement.postgres == "SELECT 1 FROM t WHERE a = $1 FOR NO KEY UPDATE"


def test_a_list_of_texts_is_one_parameter() -> None:
    statement = sql("SELECT 1 FROM t WHERE a = :a AND b IN (:...names) ORDER BY b", lock="update")

    assert statement.sqlite == "SELECT 1 FROM t WHERE a = :a AND b IN (SELECT value FROM json_each(:names)) ORDER BY b"
    assert statement.postgres == (
        "SELECT 1 FROM t WHERE a = $1 AND b = ANY (ARRAY(SELECT json_array_elements_text(CAST($2 AS json)))) ORDER BY b"
        " FOR UPDATE"
    )
    assert statement(names=text_list(["1", "dos"]), a=1).positional() == [1, '["1","dos"]']


def test_a_lock_stands_where_the_text_says() -> None:
    statement = sql("UPDATE t SET b = 1 WHERE a IN (SELECT a FROM t LIMIT :most :lock)", lock="update skip locked")

    assert statement.sqlite == "UPDATE t SET b = 1 WHERE a IN (SELECT a FROM t LIMIT :most)"
    assert statement.postgres == "UPDATE t SET b = 1 WHERE a IN (SELECT a FROM t LIMIT $1 FOR UPDATE SKIP LOCKED)"


def test_rows_become_values_of_their_type() -> None:
    assert _TILLS.decoded([("P001", 1), ("P002", 0)], lambda: ["code", "active"]) == _ROWS


def test_a_row_type_that_does_not_describe_its_columns_is_refused() -> None:
    swapped = sql("SELECT active, code FROM till", Till)

    with pytest.raises(LookupError, match="Till does not describe"):
        swapped.decoded([("1", "P001")], lambda: ["active", "code"])


def test_a_stored_value_of_another_type_is_refused_by_the_name_of_its_row() -> None:
    with pytest.raises(LookupError, match="no Till"):
        _TILLS.decoded([("P001", 2)], lambda: ["code", "active"])


def test_columns_carry_the_name_of_their_table() -> None:
    assert columns(Till) == "code, active"
    assert columns(Till, "till") == "till.code, till.active"


@pytest.mark.parametrize(
    ("verb", "rows", "result"),
    [
        (every, [], []),
        (every, _ROWS, _ROWS),
        (first, [], None),
        (first, _ROWS, _ROWS[0]),
        (one, _ROWS[:1], _ROWS[0]),
        (changed, [], False),
        (changed, [sqlite3.Row], True),
    ],
)
def test_a_verb_says_how_many_rows_are_expected(verb, rows, result) -> None:  # type: ignore[no-untyped-def] # four generics
    work = verb(_TILLS(since="P001"))
    assert next(work).statement is _TILLS
    with pytest.raises(StopIteration) as done:
        work.send(rows)
    assert done.value.value == result


@pytest.mark.parametrize("rows", [[], _ROWS])
def test_one_row_means_exactly_one(rows: list[Till]) -> None:
    work = one(_TILLS(since="P001"))
    next(work)
    with pytest.raises(LookupError, match=f"{len(rows)} rows instead of one"):
        work.send(rows)
