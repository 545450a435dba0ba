-- One writes at a time: all that is written is seen, and is of transaction nought.
SELECT 1, 1
