"""The processes that carry out timers and effects at scale: `mentorflow worker`."""
