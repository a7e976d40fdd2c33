"""Makes clips: tensors. It does not know databases, HTTP or people."""
