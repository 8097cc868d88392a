"""Passwords of people: hashed with argon2id, and refused when they are short, guessable or have leaked."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

SHORTEST: Final = 10
LONGEST_PASSWORD: Final = 128
WEAKNESSES: Final = {
    "short": f"Use {SHORTEST} caracteres o más; varias palabras que no se digan juntas son fáciles de recordar.",
    "long": f"Use {LONGEST_PASSWORD} caracteres como máximo.",
    "guessed": "Esta contraseña se adivina pronto: es común, se ha filtrado o usa datos suyos. Escriba otra, por "
    "ejemplo de cuatro palabras que no se digan juntas, sin su nombre, su correo ni fechas.",
}
"""Why a new password is refused and what to do, in Spanish."""

_LEAST_SCORE: Final = 3
"""Of zxcvbn, from 0 to 4: safe for a hash that is slow to compute."""

_MOST_ESTIMATED: Final = 32
_SIGNS_FOR_LETTERS: Final = "@({[<!|$+%"
_MOST_SIGNS: Final = 4
"""The estimate looks at so many characters, and so many different signs: it tries each letter for which a sign may
stand with each letter of the others, which for ten signs takes seconds."""

_hasher: Final = PasswordHasher()
_hashing: Final = ThreadPoolExecutor(2, "password")
"""Each hash takes 64 MiB and a core for some 50 ms: strangers who guess leave the processor to the sales."""

_DUMMY: Final = _hasher.hash("a password that nobody has")


class WeakPasswordError(Exception):
    """A new password would be guessed early; the text, in Spanish, says why."""


async def hash_new_password(password: str, about_the_person: Sequence[str]) -> str:
    """The hash to store of a password that a person has chosen. Raises WeakPasswordError."""
    # The estimate takes far longer than everything else here: away from the loop that answers everybody.
    estimated = partial(_weakness_of, password, about_the_person)
    weakness = await asyncio.get_running_loop().run_in_executor(_hashing, estimated)
    if weakness is not None:
        raise WeakPasswordError(weakness)
    return await hash_password(password)


async def hash_password(password: str) -> str:
    """The hash to store."""
    return await asyncio.get_running_loop().run_in_executor(_hashing, _hasher.hash, password)


async def is_password(stored: str | None, password: str) -> bool:
    """Whether a password is the one of a stored hash; takes as long when there is no hash to compare with."""
    compared = partial(_matches, stored or _DUMMY, password[:LONGEST_PASSWORD])
    matches = await asyncio.get_running_loop().run_in_executor(_hashing, compared)
    return matches and stored is not None


def _weakness_of(password: str, about_the_person: Sequence[str]) -> str | None:
    """Why a password is refused, as a Spanish sentence; None for a good one.

    ``about_the_person`` are texts that others know, such as the name: a password made of them is guessed early.
    """
    if len(password) < SHORTEST:
        return WEAKNESSES["short"]
    if len(password) > LONGEST_PASSWORD:
        return WEAKNESSES["long"]
    if zxcvbn(_estimated(password), user_inputs=list(about_the_person))["score"] < _LEAST_SCORE:
        return WEAKNESSES["guessed"]
    return None


def _estimated(password: str) -> str:
    """The part of a password at which the estimate looks.

    >>> _estimated("p@$$w(rd! con [signos] de {m|s}, de más de 32 letras")
    'p@$$w(rd! con ~signos] de ~m~s},'
    """
    text = password[:_MOST_ESTIMATED]
    beyond = [sign for sign in dict.fromkeys(text) if sign in _SIGNS_FOR_LETTERS][_MOST_SIGNS:]
    return "".join("~" if letter in beyond else letter for letter in text)


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
