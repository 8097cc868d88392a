"""Pages that people read in a browser: rendered here, complete without JavaScript."""
