"""SQL of contingencies, their events and lots."""
