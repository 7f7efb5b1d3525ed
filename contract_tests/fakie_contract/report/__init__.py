"""What a run tells: data, page, tables, verdict, baseline."""
