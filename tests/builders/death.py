"""The death of a process, played inside the test's own process."""


class Death(BaseException):
    """Ends the work of a process at this line; no ``except Exception`` of the product catches a death."""
