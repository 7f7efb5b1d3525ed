"""What a run reports: data, page, tables, verdict, baseline."""
