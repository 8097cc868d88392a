"""What each request accepts, and its way from JSON to values that are valid in form, with every fault found. Pure."""
