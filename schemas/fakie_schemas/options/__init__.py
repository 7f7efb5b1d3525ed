"""Every option once: the command line, pytest and the environment are made from one table."""
