"""The HTTP API and the operators' console; nothing lives here yet."""
