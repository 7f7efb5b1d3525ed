"""The live catalogue as the fake serves it: which models there are, what each takes, costs and how it does."""
