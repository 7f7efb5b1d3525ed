"""`python -m fakie` is the `fakie` program."""

from fakie.cli import main

main()
