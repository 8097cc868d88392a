"""The database engines: the only place that uses a database driver."""
