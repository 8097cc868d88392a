"""Documents and events by the schemas of Normativa v2.0 (package of 11 August 2026)."""
