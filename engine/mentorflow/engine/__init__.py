"""The library's face: an Engine that takes events in and carries effects out."""
