"""CSV files as people save them: the lines with their numbers, and every fault at once. Pure."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Final

BYTE_ORDER_MARK: Final = "\ufeff"
"""The mark by which spreadsheets know UTF-8."""

MOST_COLUMNS: Final = 40
"""The cells of a heading: more than twice those of the widest file that is read."""

_MOST_SHOWN: Final = 100
_LONGEST_NAME: Final = 60
_SEPARATORS: Final = (",", ";", "\t")


class TableFileError(Exception):
    """The file has faults, and nothing of it was kept; the text, in Spanish, lists every fault with its line."""

    def __init__(self, faults: Sequence[str]) -> None:
        left = len(faults) - _MOST_SHOWN
        shown = [*faults[:_MOST_SHOWN], *([f"y {left} más."] if left > 0 else [])]
        super().__init__(f"El archivo tiene {len(faults)} falta(s):" + "".join(f"\n  {fault}" for fault in shown))
        self.faults = tuple(faults)


def table_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not empty, each with its number in the file.

    The heading, which is the first of them, tells whether commas, semicolons or tabs separate the cells. Raises
    TableFileError where the text is no CSV, and for a heading of more than ``MOST_COLUMNS`` cells.
    """
    heading = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=heading.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    is_heading = True
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise TableFileError([f"línea {number}: hay comillas sin cerrar o texto tras ellas."]) from error
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if is_heading and len(cells) > MOST_COLUMNS:
            raise TableFileError(
                [f"línea {number}: el encabezado tiene {len(cells)} celdas; son como máximo {MOST_COLUMNS}."]
            )
        is_heading = False
        yield number, cells


def quoted_name(name: str) -> str:
    """The name of a column as a fault quotes it: of a very long one only the beginning.

    >>> quoted_name("color"), quoted_name("a" * 1000) == f"«{'a' * 60}…»"
    ('«color»', True)
    """
    return f"«{name}»" if len(name) <= _LONGEST_NAME else f"«{name[:_LONGEST_NAME]}…»"


def table_line(cells: Iterable[str]) -> str:
    """One line of a file with commas."""
    written = StringIO(newline="")
    csv.writer(written).writerow(cells)
    return written.getvalue()
