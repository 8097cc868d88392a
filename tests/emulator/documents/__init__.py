"""Documents written by hand, one module per type, with the amounts of the worked examples (arithmetic.md)."""
