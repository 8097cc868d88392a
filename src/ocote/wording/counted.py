"""Says how many there are, so that the noun agrees with the number."""


def counted(number: int, one: str, many: str) -> str:
    """The number with its words, which are ``one`` for a single thing and else ``many``."""
    return f"{number} {one if number == 1 else many}"
