"""The examples in the docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

from ocote import dte

MODULES = [found.name for found in pkgutil.walk_packages(dte.__path__, "ocote.dte.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_are_true(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.failed == 0
