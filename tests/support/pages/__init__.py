"""Pages made for tests."""
