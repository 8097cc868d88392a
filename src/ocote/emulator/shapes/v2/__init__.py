"""Shapes of Normativa v2.0: the schema package of August 2026."""
