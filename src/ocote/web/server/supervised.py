"""One of several processes of a gateway, which ends when the process that started it is gone."""

import os
import signal
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread


def end_with_supervisor() -> None:
    """Asks this process to finish its requests and end as soon as its supervisor has died, however it died.

    A supervisor that is killed stops nobody. Its processes would keep the port: the next start would fail, and the
    settings of before would go on. The kernel closes the supervisor's end of a pipe with it, on every system.
    """
    supervisor = parent_process()
    if supervisor is not None:
        Thread(target=_end_after, args=(supervisor.sentinel,), name="supervisor", daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
