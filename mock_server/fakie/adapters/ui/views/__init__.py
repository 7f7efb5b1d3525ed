"""A view for each page: facts for its template, taken from the control."""
