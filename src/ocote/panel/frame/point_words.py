"""The words for a point of sale."""

from collections.abc import Callable


def point_words(point: str, say: Callable[[str], str]) -> str:
    """A point of sale in words: ``M001P001`` is point of sale P001 of the main office M001."""
    kind = {"M": say("Casa matriz"), "S": say("Sucursal"), "B": say("Bodega"), "P": say("Patio")}.get(point[:1], "")
    return f"{kind} {point[:4]} · {say('punto de venta')} {point[4:]}".strip()
