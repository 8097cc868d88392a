"""The annex of form F-14: income tax withheld from excluded subjects, a line for each person (books.md 5)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ocote.books.choices import Choices
from ocote.books.entry import ZERO, BookEntry, TaxNumbers, name, usd
from ocote.dte.money import to_cents
from ocote.dte.purchase.arithmetic import INCOME_TAX_RATE

_RESIDENT: Final = "1"
_EL_SALVADOR: Final = "9300"
_SERVICES_WITHOUT_EMPLOYMENT: Final = "11"
_LONGEST_NAME: Final = 100
_SERVICE: Final = 2


@dataclass(slots=True)
class _Person:
    """One person: the amount paid for services, and the income tax withheld, in USD."""

    name: str
    numbers: TaxNumbers
    paid: Decimal = ZERO
    withheld: Decimal = ZERO


class IncomeTaxWithheld:
    """Adds up the purchases (14) with income tax withheld, in any order. Memory grows with the number of persons."""

    def __init__(self, choices: Choices, year: int, month: int) -> None:
        self._choices = choices
        self._period = f"{month:02d}{year:04d}"
        self._persons: dict[tuple[str, str], _Person] = {}

    def add(self, entry: BookEntry) -> None:
        """Adds a purchase; one without income tax changes nothing."""
        withheld = entry.total("reteRenta")
        if withheld == ZERO:
            return
        numbers = TaxNumbers.of(entry.party)
        known = numbers.nit or numbers.dui
        key = (known, "") if known else (entry.party.get("numDocumento") or "", entry.party["nombre"])
        person = self._persons.setdefault(key, _Person(name(entry.party), numbers))
        person.paid += _paid_for_services(entry, withheld)
        person.withheld += withheld

    def rows(self) -> list[tuple[str, ...]]:
        """The 23 columns A to W of each person, by name."""
        choices = self._choices
        return [
            (
                _RESIDENT,
                _EL_SALVADOR,
                person.name,
                person.numbers.nit,
                person.numbers.dui,
                _SERVICES_WITHOUT_EMPLOYMENT,
                usd(person.paid),
                usd(ZERO),
                usd(person.withheld),
                *(usd(ZERO),) * 9,
                choices.purchase_operation,
                choices.purchase_class,
                choices.purchase_sector,
                choices.purchase_kind,
                self._period,
            )
            for person in self._ordered()
        ]

    def notes(self) -> list[str]:
        """Sentences in Spanish about lines that have to be completed or looked at before the file is uploaded."""
        said = []
        for person in self._ordered():
            if not (person.numbers.nit or person.numbers.dui):
                said.append(f"F-14: {person.name} no tiene NIT ni DUI en sus documentos; complete su línea.")
            if len(person.name) > _LONGEST_NAME:
                said.append(f"F-14: el nombre «{person.name}» pasa de {_LONGEST_NAME} caracteres; abrévielo.")
            exact = to_cents(person.paid * INCOME_TAX_RATE)
            if person.withheld != exact:
                said.append(
                    f"F-14: a {person.name} se le retuvieron {usd(person.withheld)} y el 10 % de {usd(person.paid)} es "
                    f"{usd(exact)}; Hacienda exige el porcentaje exacto."
                )
        return said

    def _ordered(self) -> list[_Person]:
        return sorted(self._persons.values(), key=lambda person: (person.name, person.numbers.nit, person.numbers.dui))


def _paid_for_services(entry: BookEntry, withheld: Decimal) -> Decimal:
    """The amount of a purchase on which its income tax was computed: of the lines that are services, or of everything.

    A discount on the whole document is not divided among the lines: the amount is the whole when its 10 % was withheld.
    """
    whole = entry.total("subTotal")
    if withheld == to_cents(whole * INCOME_TAX_RATE):
        return whole
    lines = entry.document["cuerpoDocumento"]
    services = sum((Decimal(line["compra"]) for line in lines if line["tipoItem"] == _SERVICE), ZERO)
    return to_cents(services)
