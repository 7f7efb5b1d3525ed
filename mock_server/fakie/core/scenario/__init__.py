"""Scenarios: what goes wrong in the course of a day, the same way each time."""
