"""The preferences of a client: the ``Prefer`` header (RFC 7240). Pure."""


def asks_for_strict_handling(prefer: bytes) -> bool:
    """Whether a ``Prefer`` header asks for strict handling; of a preference that is repeated the first counts."""
    for preference in prefer.split(b","):
        name, _, value = preference.split(b";", 1)[0].partition(b"=")
        if name.strip().lower() == b"handling":
            return value.strip().strip(b'"').lower() == b"strict"
    return False
