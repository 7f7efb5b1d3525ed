"""The fast server: an event loop, a kept HTTP parser, and a connection of ours that asks a door and writes."""
