"""The whole served API, and the levers, as one OpenAPI document."""
