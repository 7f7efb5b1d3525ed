"""The fake's rules: no web framework, no HTTP client, no I/O. Time, ids and sending come in through ports."""
