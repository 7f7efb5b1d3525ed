"""The rules that answers, tasks, callbacks, requests, receivers and clients must keep, as data, and their breaches."""
