"""What a store remembers as JSON data, and back: for every store that outlives its process."""
