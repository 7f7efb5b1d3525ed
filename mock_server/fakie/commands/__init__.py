"""The commands of the `fakie` program, one module each."""
