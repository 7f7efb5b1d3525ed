"""The fake's own pages in a browser: the control, shown and moved, below `/_fakie/ui/`."""
