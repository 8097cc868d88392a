"""One request with its answer, and the flow of a connection, each with one rule more than uvicorn's own."""

from collections.abc import Coroutine
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from ocote.web.server.writes import JoinedWrites


class Cycle(RequestResponseCycle):
    """A request that is answered before its body has arrived is the last one of its connection.

    Otherwise everything that a client sends after a refusal would be parsed.
    """

    transport: JoinedWrites  # type: ignore[assignment] # what uvicorn calls of a transport

    def send(self, message: Any) -> Coroutine[Any, Any, None]:
        """Sends a part of the answer."""
        if self.more_body and not self.response_started:
            self.keep_alive = False
            self.transport.stays_open = True
        return super().send(message)

    def give_up(self) -> None:
        """The application reads that the client has gone, and nothing more is sent for it."""
        self.disconnected = True
        self.message_event.set()


class Flow(FlowControl):
    """A flow that can be ``held``: nobody resumes reading until it is let go."""

    held = False

    def hold(self) -> None:
        """Pauses reading for as long as requests wait in the queue."""
        self.held = True
        self.pause_reading()

    def let_go(self) -> None:
        """Resumes reading."""
        self.held = False
        self.resume_reading()

    def resume_reading(self) -> None:
        """Resumes reading unless the flow is held."""
        if not self.held:
            super().resume_reading()
