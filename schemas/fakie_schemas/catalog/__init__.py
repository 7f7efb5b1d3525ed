"""Revisions and profiles as objects, and the judging of bodies against revisions."""
