"""The cases: generated from the revisions and the profile, and read from the fixtures."""
