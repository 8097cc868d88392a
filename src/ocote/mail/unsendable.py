"""The error of a message that every later attempt would also fail to send."""

from ocote.store.sending_reason import SendingReason


class UnsendableError(ValueError):
    """A message cannot be made or sent as configured; ``reason`` gives the cause."""

    def __init__(self, reason: SendingReason) -> None:
        super().__init__(reason.english())
        self.reason = reason
