"""Finds the tax authority's own schema files, which stay outside the repository."""

import copy
import json
import os
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parent.parent


def shared_folder() -> Path | None:
    """The folder with the official material: ``OCOTE_SHARED``, or ``shared`` beside the repository."""
    named = os.environ.get("OCOTE_SHARED")
    folder = Path(named) if named else _ROOT.parent / "shared"
    return folder if (folder / "mh" / "schemas").is_dir() else None


def official_schema(edition: str, filename: str) -> dict[str, Any]:
    """One official schema with its numbers as Decimal; skips the test, saying why, where the folder is absent."""
    folder = shared_folder()
    if folder is None:
        pytest.skip("the official MH schemas are not part of the repository; set OCOTE_SHARED to their folder")
    return _load(folder / "mh" / "schemas" / edition / filename)


NO_WORKED_SALES = "the worked documents are not part of the repository; set OCOTE_SHARED to the folder that has them"
"""Why a test of the worked documents is skipped."""


def worked_sales_folder() -> Path | None:
    """The folder with the worked documents of wider sales, where there is one."""
    shared = shared_folder()
    folder = None if shared is None else shared / "mh" / "examples" / "wider-sales"
    return folder if folder is not None and folder.is_dir() else None


def worked_sales(pattern: str = "*") -> dict[str, dict[str, Any]]:
    """The worked documents whose names match, numbers as Decimal; skips the test where they are absent."""
    folder = worked_sales_folder()
    if folder is None:
        pytest.skip(NO_WORKED_SALES)
    return {path.stem: copy.deepcopy(_load(path)) for path in sorted(folder.glob(f"{pattern}.json"))}


@cache
def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return loaded
