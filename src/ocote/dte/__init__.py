"""The fiscal language of El Salvador's electronic tax documents: pure values and functions, no I/O."""
