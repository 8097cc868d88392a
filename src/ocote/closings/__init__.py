"""The closing of a cash register: what was sold since the last cut, and what the cashier has counted."""
