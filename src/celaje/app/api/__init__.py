"""The OpenAI-compatible HTTP face. It calls the same actions and queries as the pages."""
