"""Words for the people who operate the gateway, in the terminal and in the panel alike. In Spanish."""
