"""The tables of limits in docs/security.md lead to the code that holds them, and to codes that exist."""

import re
from pathlib import Path

from ocote import settings
from ocote.errors import status
from ocote.web.server import bounds

_ROOT = Path(__file__).parents[2]
_CODE = _ROOT / "src" / "ocote"
_SECTION = (
    (_ROOT / "docs" / "security.md").read_text(encoding="utf-8").partition("\n## 3. ")[2].partition("\n## 4. ")[0]
)
_ROWS = [line.split("|")[1:-1] for line in _SECTION.splitlines() if line.startswith("| ") and "| where |" not in line]


def _cited(column: int) -> list[str]:
    return [cited for row in _ROWS for cited in re.findall(r"`([^`]+)`", row[column])]


def test_every_row_has_its_four_columns() -> None:
    assert len(_ROWS) > 40
    assert {len(row) for row in _ROWS} == {4}


def test_every_place_of_a_limit_is_a_file_a_setting_or_a_bound() -> None:
    places = [place for place in _cited(2) if not place.startswith("ocote ")]
    unknown = [
        place
        for place in places
        if not (place in settings.NAMES or hasattr(bounds, place) or any(_CODE.glob(f"**/{place}")))
    ]
    assert unknown == []


def test_every_answer_past_a_limit_is_a_fault_code() -> None:
    codes = [cited for cited in _cited(3) if re.fullmatch(r"[a-z_]+", cited)]
    assert len(codes) > 20
    for code in codes:
        assert status(code) >= 400
