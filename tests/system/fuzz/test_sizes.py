"""A small piece repeated without end takes a reader no long time; `make fuzz` tries longer ones."""

import pytest
from readers import READERS
from sizes import grown

SIZE = 12_000
LONGEST = 2.0
"""Seconds of the processor, on the slowest machine: most take a hundredth of one."""


@pytest.mark.parametrize("reader", READERS)
def test_a_piece_that_is_repeated_without_end_takes_no_long_time(reader: str):
    assert [made for made, taken in grown(reader, SIZE) if taken > LONGEST] == []
