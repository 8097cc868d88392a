"""The steps of the first run as its pages show them."""

from typing import Final

from msgspec import Struct

from ocote.companies.onboarding import SetupProgress
from ocote.panel.frame.access import PANEL_PATH

SETUP_STEPS: Final = (
    ("company", "Empresa"),
    ("mh", "Hacienda"),
    ("certificate", "Certificado"),
    ("branches", "Sucursales"),
    ("key", "Clave"),
    ("done", "Primer documento"),
)
"""The names of the steps in their paths, and their labels."""


class StepLink(Struct, frozen=True):
    """A step of the path; ``href`` leads back to it while the company is not registered."""

    label: str
    href: str | None


class StepsView(Struct, frozen=True):
    """The path of the first run, and where the page stands on it, counted from 1."""

    links: tuple[StepLink, ...]
    current: int


def steps_view(progress: SetupProgress, current: str) -> StepsView:
    """The path with the step that is shown."""
    names = [name for name, _ in SETUP_STEPS]
    is_open = progress.company_id is None
    return StepsView(
        tuple(StepLink(label, f"{PANEL_PATH}/setup/{name}" if is_open else None) for name, label in SETUP_STEPS),
        names.index(current) + 1,
    )


def next_setup_step(progress: SetupProgress) -> str:
    """The first step that is not done.

    >>> next_setup_step(SetupProgress())
    'company'
    """
    if progress.company_id is not None:
        return "done" if progress.key else "key"
    if not progress.nit:
        return "company"
    if not progress.login:
        return "mh"
    return "branches" if progress.certificate is not None else "certificate"


def may_open(progress: SetupProgress, step: str) -> bool:
    """Whether a step can be shown: those before have to be done, and a registered company is changed elsewhere."""
    names = [name for name, _ in SETUP_STEPS]
    reached = names.index(next_setup_step(progress))
    if progress.company_id is not None:
        return names.index("key") <= names.index(step) <= max(reached, names.index("done"))
    return names.index(step) <= reached
