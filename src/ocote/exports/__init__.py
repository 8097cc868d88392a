"""Documents of some days as one file."""
