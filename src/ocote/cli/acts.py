"""The acts of a command in the log of the machine, where its output does not go."""

import json
import logging
import os
from logging.handlers import SysLogHandler
from pathlib import Path
from typing import Final

from ocote.audit import LOGGER, acting_person

SOCKET: Final = Path("/dev/log")
"""Where systemd and syslog take lines; machines without it, such as most containers, keep no acts of commands."""

_OWN_FIELDS: Final = frozenset(vars(logging.makeLogRecord({})))


def keep_acts(socket: Path | None = None) -> None:
    """Sends the acts of this process to the log of the machine, when there is one."""
    taker = SOCKET if socket is None else socket
    if not taker.exists():
        return
    try:
        handler = _Quiet(str(taker))
    except OSError:
        return
    handler.setFormatter(_AsJson())
    handler.ident = f"ocote[{os.getpid()}]: "
    logger = logging.getLogger(LOGGER)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


class _Quiet(SysLogHandler):
    """A command does not fail, nor say anything, because the log of the machine does not answer."""

    def handleError(self, _: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        return


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = {name: value for name, value in vars(record).items() if name not in _OWN_FIELDS}
        return json.dumps(
            {"event": record.getMessage(), "by": acting_person(), **facts}, ensure_ascii=False, default=str
        )
