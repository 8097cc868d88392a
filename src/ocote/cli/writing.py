"""Files of commands: written complete or not at all, and for nobody else; and who else may use a file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import IO, Final

PRIVATE_UMASK: Final = 0o077
"""Files of a command are for its user alone: they hold customers, amounts and secrets."""

OTHERS_READ: Final = 0o004
OTHERS_WRITE: Final = 0o002


@contextmanager
def private_file(output: Path) -> Iterator[IO[bytes]]:
    """Opens a new file, readable for its owner alone, which takes the place of ``output`` when the block ends well.

    The unfinished file has a name that nobody can foresee, so that a link laid in a shared folder leads nowhere; a link
    at ``output`` itself is replaced and not followed. Raises OSError.
    """
    if not output.parent.is_dir():
        raise FileNotFoundError(2, os.strerror(2), str(output.parent))
    descriptor, name = mkstemp(prefix=f".{output.name[:100]}.", suffix=".part", dir=output.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


def is_open_to_others(path: Path, rights: int) -> bool:
    """Whether users outside the file's group have one of the rights; False for a file that does not exist."""
    try:
        return bool(path.stat().st_mode & rights)
    except OSError:
        return False
