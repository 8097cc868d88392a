"""Rules for single values of a company. Texts are for the operator, hence in Spanish.

A rule is plain data (a form can show its lengths, its codes, its choices) with one function, ``read``. The rules for
flags, numbers, amounts and days read a typed value or its text, the rule for several addresses a list or a text; every
other rule reads a text.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import Struct

from ocote.companies.description.logo import admitted_logo
from ocote.companies.description.value import GivenFile
from ocote.dte.catalogs import Catalog, labels
from ocote.dte.characters import (
    changes_direction,
    invisible_characters,
    is_visible,
    listed_characters,
    with_line_feeds,
    without_invisible,
)
from ocote.dte.control_number import LARGEST_CORRELATIVE
from ocote.mail.address import LONGEST_HOST, host_name, mail_address
from ocote.mail.placeholders import PLACEHOLDERS, unknown_placeholders
from ocote.printing.brand import Brand

_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
_AMOUNT: Final = re.compile(r"\d{1,9}(?:\.\d{1,2})?", re.ASCII)
_CODES_TO_LIST: Final = 12
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_LONGEST_TERM: Final = 250
_MOST_DIGITS: Final = 9
"""Of a whole number; the largest is a port."""
_DIGITS_OF_A_CORRELATIVE: Final = len(str(LARGEST_CORRELATIVE))


class Text(Struct, frozen=True):
    """One line of text, whose length is counted without the blanks around the text."""

    shortest: int
    longest: int

    def read(self, text: str) -> str:
        """The text without the blanks around it."""
        bare = text.strip()
        if not self.shortest <= len(bare) <= self.longest:
            raise ValueError(f"debe tener de {self.shortest} a {self.longest} caracteres; tiene {len(bare)}.")
        unseen = invisible_characters(bare)
        if unseen and is_visible(bare):
            raise ValueError(f"tiene caracteres que no se ven ({listed_characters(unseen)}); bórrelos.")
        if not bare.isprintable():
            raise ValueError("no puede tener saltos de línea ni caracteres de control.")
        if bare and not is_visible(bare):
            raise ValueError("no tiene ningún carácter visible.")
        return bare


class Paragraphs(Struct, frozen=True):
    """A text of at most ``most_lines`` lines for people to read, such as one at the foot of a document."""

    longest: int
    most_lines: int

    def read(self, text: str) -> str:
        """The text without the blanks around it, with a line feed for each line break."""
        bare = with_line_feeds(text).strip()
        if len(bare) > self.longest:
            raise ValueError(f"debe tener {self.longest} caracteres a lo sumo; tiene {len(bare)}.")
        lines = bare.count("\n") + 1
        if lines > self.most_lines:
            allowed = "una línea" if self.most_lines == 1 else f"{self.most_lines} líneas"
            raise ValueError(f"debe tener {allowed} a lo sumo; tiene {lines}.")
        if changes_direction(bare):
            raise ValueError("tiene caracteres que cambian el sentido de la lectura; bórrelos.")
        seen = without_invisible(bare)
        if seen != bare:
            unseen = [each for each in invisible_characters(bare) if bare.count(each) > seen.count(each)]
            raise ValueError(f"tiene caracteres que no se ven ({listed_characters(unseen)}); bórrelos.")
        if _CONTROL.search(bare):
            raise ValueError("no puede tener tabuladores ni caracteres de control.")
        if bare and not is_visible(bare):
            raise ValueError("no tiene ningún carácter visible.")
        return bare


class MailTemplate(Struct, frozen=True):
    """A text of a mail with placeholders."""

    longest: int
    most_lines: int

    def read(self, text: str) -> str:
        """The text as :class:`Paragraphs` reads it."""
        bare = Paragraphs(self.longest, self.most_lines).read(text)
        unknown = unknown_placeholders(bare)
        if unknown:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise ValueError(f"no se sabe con qué llenar {', '.join(unknown)}; puede usar {known}.")
        return bare


class Term(Struct, frozen=True):
    """A code, a name or a number whose meaning depends on other values of its section."""

    def read(self, text: str) -> str:
        """The text without the blanks around it."""
        term = text.strip()
        if len(term) > _LONGEST_TERM:
            raise ValueError(f"no puede tener más de {_LONGEST_TERM} caracteres; tiene {len(term)}.")
        return term


class Secret(Struct, frozen=True):
    """A password, which may begin or end with blanks."""

    def read(self, text: str) -> str:
        """The text as it is."""
        if not text:
            raise ValueError("está vacía.")
        return text


class Email(Struct, frozen=True):
    """An e-mail address."""

    def read(self, text: str) -> str:
        """The address without the blanks around it."""
        address = Text(6, 100).read(text)
        if not _EMAIL.fullmatch(address):
            raise ValueError(f"«{address}» no es una dirección de correo.")
        return address


class MailAddress(Struct, frozen=True):
    """An e-mail address from which, or to which, the gateway sends; without quoted parts."""

    def read(self, text: str) -> str:
        """The address without the blanks around it."""
        address = Email().read(text)
        try:
            mail_address(address)
        except ValueError as error:
            raise ValueError(f"«{address}» no es una dirección de correo.") from error
        return address


class MailAddresses(Struct, frozen=True):
    """Up to ``most`` different e-mail addresses."""

    most: int

    def read(self, value: str | list[str]) -> tuple[str, ...]:
        """Reads the addresses from a list, or from a text that separates them by commas."""
        texts = filter(str.strip, value.split(",")) if isinstance(value, str) else value
        found = {address.casefold(): address for address in map(MailAddress().read, texts)}
        if len(found) > self.most:
            raise ValueError(f"puede tener {self.most} direcciones a lo sumo; tiene {len(found)}.")
        return tuple(found.values())


class HostName(Struct, frozen=True):
    """The full name of a machine in the Internet's domain names."""

    def read(self, text: str) -> str:
        """The name without the blanks around it, in ASCII."""
        name = Text(1, LONGEST_HOST).read(text)
        try:
            return host_name(name)
        except ValueError as error:
            raise ValueError(
                f"«{name}» no es el nombre completo de una máquina; escríbalo con su dominio, por ejemplo "
                "facturas.example.com, o quite esta clave para usar el dominio de sender."
            ) from error


class Identifier(Struct, frozen=True):
    """An identification number, such as a NIT, which ``parse`` reads."""

    parse: Callable[[str], str]

    def read(self, text: str) -> str:
        """The digits of the number."""
        return self.parse(text)


class Code(Struct, frozen=True):
    """A code of one of MH's catalogs."""

    catalog: Catalog

    def read(self, text: str) -> str:
        """The code without the blanks around it."""
        known = labels(self.catalog)
        code = text.strip()
        if code in known:
            return code
        number = self.catalog.value[4:7]
        refusal = f"«{code}» no está en el catálogo CAT-{number} de Hacienda."
        if len(known) <= _CODES_TO_LIST:
            choices = ", ".join(f"{key} ({label})" for key, label in known.items())
            refusal = f"{refusal} Los códigos son: {choices}."
        raise ValueError(refusal)


class OneOf(Struct, frozen=True):
    """One of a few words; ``otherwise`` completes the sentence about any other word."""

    choices: tuple[str, ...]
    otherwise: str

    def read(self, text: str) -> str:
        """The word without the blanks around it."""
        word = text.strip()
        if word not in self.choices:
            raise ValueError(f"«{word}» {self.otherwise}")
        return word


class Formed(Struct, frozen=True):
    """A code of a fixed form; ``otherwise`` completes the sentence about a text of another form."""

    is_well_formed: Callable[[str], bool]
    otherwise: str

    def read(self, text: str) -> str:
        """The code without the blanks around it."""
        code = text.strip()
        if not self.is_well_formed(code):
            raise ValueError(f"«{code}» {self.otherwise}")
        return code


class Flag(Struct, frozen=True):
    """Yes or no."""

    def read(self, value: bool | str) -> bool:
        """Reads the flag from a bool or from the texts ``true`` and ``false``."""
        flag = {"true": True, "false": False}.get(value) if isinstance(value, str) else value
        if not isinstance(flag, bool):
            raise ValueError("debe ser true o false.")
        return flag


class WholeNumber(Struct, frozen=True):
    """One of a few whole numbers, which ``expected`` names."""

    choices: tuple[int, ...]
    expected: str

    def read(self, value: int | str) -> int:
        """The number, also from its digits."""
        number = _whole(value)
        if number not in self.choices:
            raise ValueError(f"debe ser {self.expected}.")
        return number


class Correlative(Struct, frozen=True):
    """The number of a document within its series."""

    def read(self, value: int | str) -> int:
        """The number, also from its digits."""
        number = _whole(value, _DIGITS_OF_A_CORRELATIVE)
        if not 1 <= number <= LARGEST_CORRELATIVE:
            raise ValueError(f"debe ser un número de 1 a {LARGEST_CORRELATIVE}.")
        return number


class Port(Struct, frozen=True):
    """A TCP port."""

    def read(self, value: int | str) -> int:
        """The number, also from its digits."""
        number = _whole(value)
        if not 1 <= number <= 65535:
            raise ValueError("debe ser un puerto, por ejemplo 587.")
        return number


class Dollars(Struct, frozen=True):
    """An amount in USD below 1,000,000,000 with at most two decimals."""

    def read(self, value: int | Decimal | str) -> str:
        """The amount as the shortest decimal text."""
        if isinstance(value, str):
            value = Decimal(value) if _AMOUNT.fullmatch(value) else Decimal("NaN")
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            amount = Decimal(value)
            if amount.is_finite() and 0 <= amount < 10**9 and amount == amount.quantize(Decimal("0.01")):
                return f"{amount.normalize():f}"
        raise ValueError("debe ser un monto en dólares, con dos decimales a lo sumo, por ejemplo 18.20.")


class Day(Struct, frozen=True):
    """A day of the calendar."""

    def read(self, value: date | str) -> date:
        """Reads the day from a date or from a text in ISO 8601."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"«{value}» no es una fecha; escríbala así: 2026-12-01.") from None


class File(Struct, frozen=True):
    """A file that is opened later, when its content is needed."""

    def read(self, file: GivenFile) -> GivenFile:
        """Returns the file unchanged."""
        return file


class Picture(Struct, frozen=True):
    """A logo that can be printed."""

    def read(self, file: GivenFile) -> bytes:
        """The picture of the file, encoded again for print."""
        try:
            return admitted_logo(file.read_bytes())
        except ValueError as error:
            raise ValueError(f"{file.name} {error}") from error


class Colour(Struct, frozen=True):
    """An accent colour for letters, written ``#rrggbb``."""

    def read(self, text: str) -> str:
        """The text as it is."""
        try:
            Brand(colour=text)
        except ValueError as error:
            raise ValueError(f"«{text}» no es un color como #0e4d64.") from error
        return text


def _whole(value: int | str, most_digits: int = _MOST_DIGITS) -> int:
    """The whole number, or -1 (neither a choice nor a port) for a value that is no whole number."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= most_digits else -1
    return value if type(value) is int else -1
