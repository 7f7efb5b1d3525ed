"""The store in a file: SQLite, for one server at a time."""
