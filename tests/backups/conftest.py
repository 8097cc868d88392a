"""Fixtures of the tests of backups."""

from tests.backups.small import small, small_template
from tests.commands import run

__all__ = ["run", "small", "small_template"]
