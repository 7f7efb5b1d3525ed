"""The reports of a run: data, page, tables, verdict, baseline."""
