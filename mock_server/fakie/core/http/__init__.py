"""HTTP messages: requests, bodies, answers, and transport faults."""
