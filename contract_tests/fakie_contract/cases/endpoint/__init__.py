"""Cases of the endpoints of families: what they take, what becomes of it, and what goes on from it."""
