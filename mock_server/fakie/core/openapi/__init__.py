"""The whole served API as an OpenAPI document."""
