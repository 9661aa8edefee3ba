"""Whatever stands in a file, a message or an option: it is read, or refused in words, and soon.

This is the short form; `make fuzz` is the long one, with the same readers and the same inputs to come.
"""

import json
from random import Random

import into_store
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from mutation import made
from readers import READ, READERS, REFUSED

from suptime.app.exchange import records as exchange


@pytest.mark.parametrize("reader", READERS)
def test_what_the_inputs_are_made_of_is_read(reader: str):
    read = [READERS[reader].read(seed) for seed in READERS[reader].seeds]
    if reader.endswith("into a store"):  # some are of other firms
        assert READ in read
    else:
        assert read == [READ] * len(read)


@pytest.mark.parametrize("reader", READERS)
@given(random=st.randoms(use_true_random=False, note_method_calls=False))
@settings(max_examples=80)
def test_whatever_comes_is_read_or_refused_in_words(reader: str, random: Random):
    raw = made(random, READERS[reader].seeds)
    note(repr(raw))
    assert READERS[reader].read(raw) in {READ, REFUSED}


def test_a_refused_input_that_was_written_all_the_same_is_seen(monkeypatch, request, tmp_path):
    target = into_store.Target(tmp_path)
    request.addfinalizer(target.close)
    good = json.dumps({"type": "client", "code": "new", "name": "New"})
    bad = f"{good}\n{json.dumps({'type': 'client', 'code': 'other'})}\n".encode()
    assert target.take(bad, into_store.json_lines) == REFUSED
    monkeypatch.setattr(exchange, "_go_on_if", lambda _keep: None)
    with pytest.raises(AssertionError, match="something was written"):
        target.take(bad, into_store.json_lines)
