"""What each page shows: facts for a template, taken from the control."""
