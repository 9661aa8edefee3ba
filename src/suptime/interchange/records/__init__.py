"""The JSON Lines format of suptime: one record a line."""
