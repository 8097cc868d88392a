"""From the JSON object of a request to values that are valid in form, with every fault found. Pure."""
