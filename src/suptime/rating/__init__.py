"""From facts to charges, in stages: decide, measure, draw, price. Pure."""
