"""The pages of the docs that are made from code: `make reference` writes them, tests compare them."""
