"""Use cases on the store itself: check, copy, settings, demo."""
