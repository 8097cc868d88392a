"""The parts that every service of the emulator uses."""

from dataclasses import dataclass
from datetime import datetime

from ocote.emulator.clock import MovableClock
from ocote.emulator.companies import Company, Registry
from ocote.emulator.http import Reply, Request, framework_error
from ocote.emulator.ledger import Ledger
from ocote.emulator.policy import Policy
from ocote.emulator.tokens import Bearer, Tokens


@dataclass(slots=True)
class Ministry:
    """One emulated MH, whose state only one event loop may use."""

    registry: Registry
    ledger: Ledger
    clock: MovableClock
    tokens: Tokens
    policy: Policy

    def bearer(self, request: Request) -> Bearer | None:
        """The sender of a request, by its token; None without a valid token."""
        return self.tokens.read(request.headers.get(b"authorization"), self.clock.now())

    def refusal(self, status: int, request: Request) -> Reply:
        """The framework's answer to a request that does not reach a service."""
        return framework_error(status, request.path, self.clock.now())

    def caller(self, bearer: Bearer | None, environment: str) -> Company | None:
        """The company of a token in an environment; None when the token is not valid there."""
        if bearer is None or environment not in bearer.environments:
            return None
        return self.registry.find(bearer.nit, environment)

    def v1_is_over(self, now: datetime) -> bool:
        """Whether Normativa v1.x is no longer received."""
        return self.policy.v1_until is not None and now.date() > self.policy.v1_until
