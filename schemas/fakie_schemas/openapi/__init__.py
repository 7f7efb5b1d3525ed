"""The one writer of OpenAPI 3.1: a document of one model, and the parts that a document of a whole API is made of."""
