"""The digits of an identifier that people write with hyphens."""


def without_hyphens(text: str) -> str | None:
    """The ASCII digits of ``text`` without hyphens and outer blanks; None when ``text`` has any other character.

    >>> without_hyphens(" 0614-180948-001-4 ")
    '06141809480014'
    >>> without_hyphens("0614.180948") is None
    True
    """
    bare = text.strip().replace("-", "")
    return bare if bare.isascii() and bare.isdigit() else None
