"""The closing of the day at a cash register."""
