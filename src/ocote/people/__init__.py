"""The people of the panel: who they are, how they prove it, and what they may do."""
