"""The annex of form F-14: income tax withheld from excluded subjects, a line for each person and rate (books.md 5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ocote.books.choices import Choices
from ocote.books.entry import ZERO, BookEntry, TaxNumbers, name, usd
from ocote.dte.body import GOODS_AND_SERVICE, SERVICE
from ocote.dte.money import to_cents
from ocote.dte.purchase.arithmetic import INCOME_TAX_RATE, INCOME_TAX_RATES, after_discount

_RESIDENT: Final = "1"
_EL_SALVADOR: Final = "9300"
_SERVICES_WITHOUT_EMPLOYMENT: Final = "11"
_LONGEST_NAME: Final = 100


@dataclass(slots=True)
class _Person:
    """One person at one rate: the amount paid for services, and the income tax withheld, in USD.

    ``rate`` is None for amounts that are no rate of the law.
    """

    name: str
    numbers: TaxNumbers
    rate: Decimal | None
    paid: Decimal = ZERO
    withheld: Decimal = ZERO


class IncomeTaxWithheld:
    """Adds up the purchases (14) with income tax withheld, in any order. Memory grows with the number of persons."""

    def __init__(self, choices: Choices, year: int, month: int) -> None:
        self._choices = choices
        self._period = f"{month:02d}{year:04d}"
        self._persons: dict[tuple[str, str, Decimal | None], _Person] = {}

    def add(self, entry: BookEntry) -> None:
        """Adds a purchase; one without income tax changes nothing."""
        withheld = entry.total("reteRenta")
        if withheld == ZERO:
            return
        numbers = TaxNumbers.of(entry.party)
        known = numbers.nit or numbers.dui
        paid, rate = _taxed(entry, withheld)
        key = (known, "", rate) if known else (entry.party.get("numDocumento") or "", entry.party["nombre"], rate)
        person = self._persons.setdefault(key, _Person(name(entry.party), numbers, rate))
        person.paid += paid
        person.withheld += withheld

    def rows(self) -> list[tuple[str, ...]]:
        """The 23 columns A to W of each person and rate, by name."""
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
            said.extend(_about_the_rate(person))
        return said

    def _ordered(self) -> list[_Person]:
        return sorted(self._persons.values(), key=_place)


def _place(person: _Person) -> tuple[str, str, str, Decimal]:
    return person.name, person.numbers.nit, person.numbers.dui, person.rate or ZERO


def _about_the_rate(person: _Person) -> Iterator[str]:
    """Sentences about the percentage: form F-14 takes the exact one of each code of income alone."""
    if person.rate is not None and person.rate != INCOME_TAX_RATE:
        yield (
            f"F-14: a {person.name} se le retuvo el {_percent(person.rate)}, que no es el de los servicios de una "
            "persona domiciliada; revise domicilio, país y código de ingreso de su línea."
        )
    rate = person.rate or INCOME_TAX_RATE
    exact = to_cents(person.paid * rate)
    if person.withheld != exact:
        yield (
            f"F-14: a {person.name} se le retuvieron {usd(person.withheld)} y el {_percent(rate)} de "
            f"{usd(person.paid)} es {usd(exact)}; Hacienda exige el porcentaje exacto."
        )


def _percent(rate: Decimal) -> str:
    return f"{int(rate * 100)} %"


def _taxed(entry: BookEntry, withheld: Decimal) -> tuple[Decimal, Decimal | None]:
    """The amount of a purchase on which its income tax was computed, and the rate of the law, None for none of them.

    The amount is that of everything, that of the lines that are services, or theirs with the lines that are goods and
    service at once, less their part of the discount on the document. How much of the latter is service only the buyer
    knew: income tax between 10 % without and with them is 10 % of the part that it was computed on. Without
    any of them at any rate the amount is that of the services, with those lines when they alone bear too little, or of
    everything when there is neither.
    """
    whole, services, mixed = entry.total("subTotal"), _bought(entry, SERVICE), _bought(entry, GOODS_AND_SERVICE)
    most = services + mixed
    bases = [base for base in (whole, most, services) if base]
    for rate in INCOME_TAX_RATES:
        for base in bases:
            if withheld == to_cents(base * rate):
                return base, rate
        if rate == INCOME_TAX_RATE and mixed and services <= withheld / rate <= most:
            return withheld / rate, rate
    return services if withheld < services * INCOME_TAX_RATE else most or whole, None


def _bought(entry: BookEntry, kind: int) -> Decimal:
    """The amount of the lines of a kind (CAT-011), less their part of the discount on the document."""
    lines = entry.document["cuerpoDocumento"]
    amount = sum((Decimal(line["compra"]) for line in lines if line["tipoItem"] == kind), ZERO)
    return to_cents(after_discount(amount, entry.total("totalCompra"), entry.total("descu")))
