"""How the documents of a reported contingency go to MH."""

from datetime import timedelta

import pytest

from ocote.contingency.delivering import poll_again


@pytest.mark.parametrize(("polls", "seconds"), [(0, 2), (29, 2), (30, 15), (89, 15), (90, 60), (119, 60)])
def test_a_lot_that_takes_long_is_asked_for_less_and_less_often(polls: int, seconds: int) -> None:
    assert poll_again(polls) == timedelta(seconds=seconds)
