"""Workflow documents: read from YAML, checked, drawn, and compiled into what the engine runs."""
