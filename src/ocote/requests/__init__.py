"""The description of each request, and the way from JSON to values that are valid in form or to every fault. Pure."""
