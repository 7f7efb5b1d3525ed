"""Reading a whole catalogue into revisions: from the vendor, from another address, from a folder or a file."""
