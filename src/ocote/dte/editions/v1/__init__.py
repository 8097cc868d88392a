"""Documents and events by the schemas of Normativa v1.x."""
