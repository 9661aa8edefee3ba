"""Numbers of each report, as data, without words and layout."""
