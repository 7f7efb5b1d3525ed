"""Data of fakie: the revisions, answer schemas and profiles, and the compiler that derives revisions from pages."""
