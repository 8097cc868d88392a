"""The digits of an identifier that people write with hyphens."""


def without_hyphens(text: str) -> str | None:
    """The ASCII digits of ``text`` once hyphens and outer blanks are gone; None when anything else is in it.

    >>> without_hyphens(" 0614-180948-001-4 ")
    '06141809480014'
    >>> without_hyphens("0614.180948") is None
    True
    """
    bare = text.strip().replace("-", "")
    return bare if bare.isascii() and bare.isdigit() else None
