"""Mail messages: reading what arrives, writing what leaves."""
