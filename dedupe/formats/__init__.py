"""Bytes and JSON become articles; what cannot be read is refused by name."""
