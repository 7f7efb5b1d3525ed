"""The recorder: a proxy in front of one upstream that writes down, judges, and guards the purse."""
