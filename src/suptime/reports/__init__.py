"""The numbers of each report, as data. No words, no layout."""
