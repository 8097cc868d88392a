"""The way to production as its pages show it: the steps, and the list of what should be ready. Pure."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from ocote.companies.production import MOST_TESTS_COUNTED, ReadyChecks
from ocote.companies.production_way import SwitchProgress
from ocote.dte.types import DOCUMENT_TYPES
from ocote.panel.frame.moments import moment_words
from ocote.panel.frame.phrases import phrase
from ocote.printing.names import title

SWITCH_STEPS: Final = (
    ("ready", "Revisar"),
    ("mh", "Hacienda"),
    ("certificate", "Certificado"),
    ("numbers", "Números"),
    ("along", "Personas y datos"),
    ("confirm", "Confirmar"),
)
"""The names of the steps in their paths, and their labels."""

_EVENT_TESTS: Final = 5
"""Of invalidations and of contingencies each, in MH's test environment (certification.md 2)."""

_LOGINS: Final = {"accepted": "Aceptado por Hacienda"}
_NOT_TRIED: Final = "Guardado sin probar"


class SwitchLink(Struct, frozen=True):
    """A step of the path; ``href`` leads to it when it can be opened."""

    label: str
    href: str | None


class SwitchSteps(Struct, frozen=True):
    """The path, and where the page stands on it, counted from 1."""

    links: tuple[SwitchLink, ...]
    current: int


class ReadyLine(Struct, frozen=True):
    """A line of the list of what should be ready."""

    tone: str
    state: str
    what: str
    text: str


class SwitchSummary(Struct, frozen=True):
    """A line of what is going to happen."""

    label: str
    value: str


def switch_steps(base: str, current: str) -> SwitchSteps:
    """The path with the step that is shown; ``base`` is the address of the first page."""
    names = [name for name, _ in SWITCH_STEPS]
    links = (SwitchLink(label, base if name == "ready" else f"{base}/{name}") for name, label in SWITCH_STEPS)
    return SwitchSteps(tuple(links), names.index(current) + 1)


def next_switch_step(progress: SwitchProgress) -> str:
    """The first step that is not done.

    >>> next_switch_step(SwitchProgress(login="accepted"))
    'certificate'
    """
    if not progress.login:
        return "mh"
    if progress.certificate is None:
        return "certificate"
    if progress.numbers is None:
        return "numbers"
    return "along" if progress.along is None else "confirm"


def may_open_step(progress: SwitchProgress, step: str) -> bool:
    """Whether a step can be shown: those before have to be done."""
    names = [name for name, _ in SWITCH_STEPS]
    return names.index(step) <= names.index(next_switch_step(progress))


def ready_lines(checks: ReadyChecks, say: Callable[[str], str]) -> tuple[ReadyLine, ...]:
    """The list of the things that should be ready; none of them forbids the switch."""
    tests = (
        _counted(title(code), checks.stamped.get(code, 0), row.certification_tests, say)
        for code, row in DOCUMENT_TYPES.items()
        if checks.stamped.get(code)
    )
    none = _line(say, "waiting", "Falta", "Documentos de prueba", "Todavía ninguno sellado en pruebas.")
    return (
        *(tests if checks.stamped else (none,)),
        _counted("Invalidación", checks.invalidations, _EVENT_TESTS, say),
        _counted("Contingencia", checks.contingencies, _EVENT_TESTS, say),
        _line(say, "good", "Listo", "Persona responsable", checks.responsible),
        _line(say, "good", "Listo", "Servidor de correo", "La empresa envía sus documentos.")
        if checks.has_mail_server
        else _line(say, "waiting", "Falta", "Servidor de correo", "Sin él, nadie recibe su documento por correo."),
        _line(say, "good", "Listo", "Respaldo", moment_words(checks.backup_at))
        if checks.backup_at is not None
        else _line(say, "waiting", "Falta", "Respaldo", "No hay ninguno anotado. Pida a la operación uno diario."),
    )


def switch_summary(progress: SwitchProgress, people: int, say: Callable[[str], str]) -> tuple[SwitchSummary, ...]:
    """The consequences of the switch in the order of the steps; ``people`` is how many others go along."""
    along, numbers = progress.along, progress.numbers or ()
    copied = [
        say(words)
        for words, is_chosen in (
            ("artículos", along is not None and along.items),
            ("clientes", along is not None and along.customers),
            ("servidor de correo", along is not None and along.mail_server),
            ("webhooks", along is not None and along.webhooks),
        )
        if is_chosen
    ]
    told = ", ".join(f"{number.point} {say(title(number.doc_type))}: {number.next}" for number in numbers)
    return (
        SwitchSummary(say("Acceso a Hacienda"), say(_LOGINS.get(progress.login, _NOT_TRIED))),
        SwitchSummary(
            say("Certificado"), progress.certificate.fingerprint[:16] if progress.certificate is not None else ""
        ),
        SwitchSummary(say("Primeros números"), told or say("Todos empiezan en 1")),
        SwitchSummary(say("Personas"), say(phrase("Usted y %(n)s más", n=people))),
        SwitchSummary(say("Se copia"), ", ".join(copied) or say("Nada")),
        SwitchSummary(say("Claves de la API"), say("Ninguna se copia: cada caja necesita una nueva")),
    )


def _counted(name: str, found: int, wanted: int, say: Callable[[str], str]) -> ReadyLine:
    tone, state = ("good", "Listo") if found >= wanted else ("waiting", "En camino")
    text = (
        phrase("%(found)s de %(wanted)s sellados en pruebas", found=found, wanted=wanted)
        if found < MOST_TESTS_COUNTED
        else phrase("%(found)s o más de %(wanted)s sellados en pruebas", found=f"{found:,}", wanted=wanted)
    )
    return ReadyLine(tone, say(state), say(name), say(text))


def _line(say: Callable[[str], str], tone: str, state: str, what: str, text: str) -> ReadyLine:
    return ReadyLine(tone, say(state), say(what), say(text))
