"""Files in and out: one module per format, read or written. What they hold is not checked against any store."""
