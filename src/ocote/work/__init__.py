"""Background work: leases, rounds, the loops."""
