"""Taking everything along and going: exports as a zip, and deletion that really deletes. It knows every other slice."""
