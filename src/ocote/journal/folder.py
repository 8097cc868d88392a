"""The names of the segments in a folder of the journal."""

import re
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"ocote-([0-9a-f]{8})-([0-9]{8,})\.journal(?:\.gz)?")


def segment_name(installation: str, number: int) -> str:
    """The name of the file of a segment; no two segments of an installation have one name."""
    return f"ocote-{installation[:8]}-{number:08}.journal"


def segment_paths(folder: Path) -> list[Path]:
    """The files of all segments in the folder, of any installation, by name. Raises OSError."""
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name) is not None)


def number_in_name(path: Path) -> int:
    """The number of the segment that a file is named after; 0 for any other file."""
    named = _NAME.fullmatch(path.name)
    return int(named[2]) if named is not None else 0


def is_named_after(path: Path, installation: str) -> bool:
    """Whether the file of a segment has the name of an installation, of which it holds only the beginning."""
    named = _NAME.fullmatch(path.name)
    return named is not None and named[1] == installation[:8]


def highest_number(folder: Path, installation: str) -> int:
    """The highest number of an installation's segments in the folder, 0 without any. Raises OSError."""
    named = (_NAME.fullmatch(path.name) for path in folder.iterdir())
    return max((int(name[2]) for name in named if name is not None and name[1] == installation[:8]), default=0)
