"""The demonstration's gateway with a clock that is two months ahead: ``python -m ocote.cli.demo.later PORT CERT KEY``.

On the day of the sale nobody can see what follows the end of the window for cancellations. The program itself cannot
move its clock: this second process of the demonstration sets its own clock and the emulator's.
"""

import json
import sys
from datetime import timedelta
from urllib.request import Request, urlopen

import uvicorn

from ocote import logs, settings
from ocote.app import build_app
from ocote.clock import system_clock
from ocote.web.server.protocol import JoiningHttpProtocol

LATER = timedelta(days=60)
"""Past the window for cancelling a CCF and within the window for adjusting it, in both editions (rules.md 5, 7)."""


def let_time_pass(emulator_port: int, span: timedelta) -> None:
    """Moves the emulator's clock."""
    body = json.dumps({"move_s": span.total_seconds()}).encode()
    address = f"http://127.0.0.1:{emulator_port}/_control/clock"
    with urlopen(Request(address, data=body, method="POST"), timeout=10):
        pass


def _main() -> None:
    """Serves until a signal arrives, without background work, which the gateway with the right clock does."""
    port, certificate, key = sys.argv[1:]
    configured = settings.load()
    logs.configure(configured.log_level)
    uvicorn.run(
        build_app(configured, with_worker=False, clock=lambda: system_clock() + LATER),
        host="127.0.0.1",
        port=int(port),
        loop="uvloop",
        http=JoiningHttpProtocol,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="on",
    )


if __name__ == "__main__":
    _main()
