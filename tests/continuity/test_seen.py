"""The memory of the numbers that a machine has seen."""

from pathlib import Path

import pytest

from ocote.continuity.seen import (
    FILE_NAME,
    SeenFile,
    SeenInstallation,
    SeenSeries,
    SeriesName,
    UnreadableSeenError,
    joined,
)

SERIES = "06140101260017 00 01 M001 P001 2026"
OTHER_SERIES = "06140101260017 00 03 M001 P001 2026"
BEFORE, AFTER = "2026-06-01T12:00:00.000000Z", "2026-06-02T12:00:00.000000Z"


def seen(number: int, *, at: str = BEFORE, confirmed_at: str | None = None, changes: int = 0) -> SeenInstallation:
    return SeenInstallation(at, changes, {SERIES: SeenSeries(number, number, f"document-{number}")}, confirmed_at)


def test_of_two_memories_the_higher_number_of_each_series_counts() -> None:
    other = SeenInstallation(AFTER, 2, {SERIES: SeenSeries(4, 4, "d"), OTHER_SERIES: SeenSeries(1, 1, "e")})
    both = joined(seen(7, changes=1), other)
    assert both is not None
    assert {name: each.number for name, each in both.series.items()} == {SERIES: 7, OTHER_SERIES: 1}
    assert (both.changes, both.seen_at) == (2, AFTER)
    assert joined(None, other) == joined(other, None) == other


@pytest.mark.parametrize("turned", [False, True])
def test_a_memory_from_before_a_confirmation_gives_way_to_one_from_after_it(turned: bool) -> None:
    old, new = seen(700), seen(8, confirmed_at=AFTER)
    assert (joined(new, old) if turned else joined(old, new)) == new


def test_what_was_written_is_read_and_the_ninth_installation_drops_the_oldest(tmp_path: Path) -> None:
    file = SeenFile(tmp_path / "data")
    assert file.read() == {}
    made = {f"installation-{day}": seen(day, at=f"2026-06-0{day}T12:00:00.000000Z") for day in range(1, 10)}
    file.write(made)
    assert file.read() == {name: each for name, each in made.items() if name != "installation-1"}
    assert [each.name for each in (tmp_path / "data").iterdir()] == [FILE_NAME]
    assert file.path.stat().st_mode & 0o777 == 0o600


def holding(series: str) -> str:
    return f'{{"installations": {{"x": {{"seen_at": "", "changes": 0, "series": {{{series}}}}}}}}}'


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\0",
        "[]",
        '{"installations": {"x": {}}}',
        holding('"nothing": {"last": 1}'),
        holding('"1 02 01 M001 P001 2026": {"last": 1}'),
        holding('"1 00 01 M001 P001 2026": {"last": 1, "number": 0, "document": "d"}'),
        holding('"1 00 01 M001 P001 2026": {"last": 1, "number": 1000000000000000, "document": "d"}'),
    ],
)
def test_a_file_that_makes_no_sense_is_told_as_unreadable(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableSeenError):
        SeenFile(tmp_path).read()


def test_a_series_is_read_as_it_was_written() -> None:
    name = SeriesName.read(SERIES)
    assert (str(name), name.year) == (SERIES, 2026)
    assert name.control_number(12) == "DTE-01-M001P001-000000000000012"
