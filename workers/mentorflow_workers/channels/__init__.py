"""Channels that leave the machine: email, and whatever has an Apprise URL."""
