"""The faults, one file each: a scene, what happens to it, and what shows that it did happen."""
