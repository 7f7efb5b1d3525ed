"""Cases made of request bodies: samples, variants, combinations, generated ones."""
