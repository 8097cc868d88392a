"""The parts every service works with."""

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
    """One emulated MH. Its state is touched by one event loop only."""

    registry: Registry
    ledger: Ledger
    clock: MovableClock
    tokens: Tokens
    policy: Policy

    def bearer(self, request: Request) -> Bearer | None:
        """Who sends a request, by its token."""
        return self.tokens.read(request.headers.get(b"authorization"), self.clock.now())

    def refusal(self, status: int, request: Request) -> Reply:
        """The framework's answer to a request that no service sees."""
        return framework_error(status, request.path, self.clock.now())

    def caller(self, bearer: Bearer | None, environment: str) -> Company | None:
        """The company that a token speaks for in an environment; None when it is not good there."""
        if bearer is None or environment not in bearer.environments:
            return None
        return self.registry.find(bearer.nit, environment)

    def v1_is_over(self, now: datetime) -> bool:
        """Whether Normativa v1.x is no longer received."""
        return self.policy.v1_until is not None and now.date() > self.policy.v1_until
