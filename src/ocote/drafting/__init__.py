"""Documents that a person fills in at the panel: drafts, and their way between a form and a request of the API."""
