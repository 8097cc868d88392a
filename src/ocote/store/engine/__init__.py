"""The database engines: the only place that knows a driver."""
