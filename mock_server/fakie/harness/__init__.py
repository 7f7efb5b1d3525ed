"""A fake inside a test or a script: the object that controls it, and what puts it in the way of real calls."""
