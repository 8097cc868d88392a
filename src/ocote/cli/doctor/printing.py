"""Checks that this machine can set a PDF in a child process."""

import asyncio
from typing import Final

from ocote.documents.reasons import reason
from ocote.health.finding import Finding, failed, well
from ocote.printing.brand import PLAIN
from ocote.printing.press.limits import SHORT_WITHIN_S
from ocote.printing.press.messages import Printed, PrintJob
from ocote.printing.press.process import ChildDiedError, ChildProcess

_SUBJECT: Final = "PDF"
_TRIAL: Final = PrintJob(b"", "trial", stamp=None, brand=PLAIN)


async def pdfs() -> Finding:
    """Sets a page without a document in a child process, as the gateway sets its documents."""
    try:
        child = ChildProcess()
    except OSError as error:
        return _broken(f"no se puede iniciar el proceso que los compone: {reason(error)}")
    try:
        async with asyncio.timeout(SHORT_WITHIN_S):
            answer = await child.set(_TRIAL)
    except (ChildDiedError, TimeoutError) as error:
        return _broken(f"el proceso que los compone termina antes de tiempo: {reason(error)}")
    finally:
        await child.end()
    if not isinstance(answer, Printed):
        return _broken(f"no se compone ninguno: «{answer.error.strip().splitlines()[-1]}»")
    return well(_SUBJECT, "se componen en un proceso aparte")


def _broken(seen: str) -> Finding:
    return failed(
        _SUBJECT,
        seen,
        "Instale otra vez ocote con todas sus dependencias (typst, font-roboto), y permita a sus procesos 1 GiB de "
        "memoria. Mientras tanto se emite y se entrega el JSON, pero ningún PDF.",
    )
