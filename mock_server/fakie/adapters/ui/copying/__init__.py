"""An entry of the journal as something to paste elsewhere."""
