"""A gateway that nobody attacks: what the figures of the other tests are compared with."""

from tests.hostile.besieged import Besieged

_USUAL_MIB = 200
"""More than a gateway takes that issues, prints and mails for two companies."""


def test_two_companies_sell_print_and_list(besieged: Besieged) -> None:
    for till in (besieged.attacker, besieged.neighbour):
        till.sell("caja-1")
        till.print_ticket("caja-1")
        assert till.references() == ["caja-1"]
    assert besieged.highest_memory_mib() < _USUAL_MIB
    assert besieged.is_alive()
