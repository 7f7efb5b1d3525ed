"""HTTP/1.1 as bytes: requests out of what comes over one connection, and answers as bytes, whole or spoiled."""
