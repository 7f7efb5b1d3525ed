"""Families: endpoints that belong together, and the tasks that they make, as data; a JSON file for each."""
