"""Tables, migrations and queries: the only place that contains SQL."""
