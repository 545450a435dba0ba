"""Engines that ours are held against, each carried in its own best form."""
