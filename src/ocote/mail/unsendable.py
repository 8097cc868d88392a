"""The error of a message that no later attempt could send either."""

from ocote.store.sending_reason import SendingReason


class UnsendableError(ValueError):
    """A message cannot be made or sent as configured; ``reason`` says why."""

    def __init__(self, reason: SendingReason) -> None:
        super().__init__(reason.english())
        self.reason = reason
