"""Conduct: what a client did that it should not, by rules that can be observed from the fake."""
