"""The frame of the panel: who is admitted to which page, how a form is received, how a page is rendered."""
