"""The segments in a folder of the journal: their names, and the first line of each."""

import re
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"ocote-([0-9a-f]{8})-([0-9]{8,})\.journal(?:\.gz)?")


def segment_name(installation: str, number: int) -> str:
    """The name of the file of a segment; no two segments of an installation have one name."""
    return f"ocote-{installation[:8]}-{number:08}.journal"


def highest_number(folder: Path, installation: str) -> int:
    """The highest number of an installation's segments in the folder, 0 without any. Raises OSError."""
    named = (_NAME.fullmatch(path.name) for path in folder.iterdir())
    return max((int(name[2]) for name in named if name is not None and name[1] == installation[:8]), default=0)
