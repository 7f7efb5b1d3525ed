"""One case on its way, and the judge of the answers it gets."""
