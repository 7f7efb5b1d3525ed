"""Converting what a store remembers to JSON data and back: for every store that outlives its process."""
