"""How a fake is: figures for those who watch it, and whether it can take requests."""
