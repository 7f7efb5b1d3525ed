"""Calls of this process to the vendor's hosts: answered by a door or refused, whatever library sends them."""
