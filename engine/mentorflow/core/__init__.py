"""The rules of the engine: pure functions over frozen values, no I/O, no clock, no chance."""
