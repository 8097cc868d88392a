"""Who may see a page of the panel, and where the panel is."""

from typing import Final, Literal

from ocote.people.rights import Right

PANEL_PATH: Final = "/panel"

PageAccess = Literal["anyone", "person", "operator"] | Right
"""Who may see a page: anyone, a person who has logged in, an operator, or a person with a right in the company."""
