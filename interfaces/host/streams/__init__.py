"""Streams of bytes: started before they are needed, or read without an event loop."""
