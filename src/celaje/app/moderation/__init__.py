"""Reports of what should not be here, and what was decided about them."""
