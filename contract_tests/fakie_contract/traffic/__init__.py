"""Recorded traffic, judged against the contract without any network."""
