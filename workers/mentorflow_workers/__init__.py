"""The processes that carry out timers and effects at scale; nothing lives here yet."""
