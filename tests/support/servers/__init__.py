"""Targets: fakes of ours, broken ones, upstreams, a stand-in of the wire."""
