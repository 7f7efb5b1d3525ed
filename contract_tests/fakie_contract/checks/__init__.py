"""Looking for breaches of rules: what the suite and the judge of recorded traffic have in common."""
