"""JSON Schemas looked at: their fields, the words for their rules, and values that fit them."""
