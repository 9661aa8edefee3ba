"""A firm with clients whose October is to be invoiced."""

import shutil

import pytest
from firm_contract import CLIENTS, CONTRACT


class Firm:
    """`suptime` in a firm's hands: every exit code is looked at by the test."""

    def __init__(self, suptime):
        self._suptime = suptime
        self.home, self.database = suptime.home, suptime.database
        suptime.set(TZ="America/Chicago")
        self.at("2026-11-02T15:00:00Z")

    def __call__(self, line):
        return self._suptime(line, code=None)

    def at(self, now):
        self._suptime.set(SUPTIME_NOW=now)

    def set(self, **variables):
        self._suptime.set(**variables)


@pytest.fixture(scope="session")
def october(tmp_path_factory):
    """Makes the firm's database once; gives a function that puts it into a home."""
    kept = tmp_path_factory.mktemp("october") / "suptime.db"

    def put(firm):
        if kept.exists():
            shutil.copy(kept, firm.database)
            return firm
        for place, code in enumerate(CLIENTS):
            (firm.home / f"{code}.toml").write_text(CONTRACT.format(code=code))
            for line in (
                f"client add {code} --name '{code.title()}' --currency USD --tax 10",
                f"contract add {code} {code}.toml",
                f"case open CASE-{place + 1} --client {code} --at '2026-10-01 09:00'",
                f"log CASE-{place + 1} 35m --from '2026-10-05 {place + 9:02}:00'",
            ):
                result = firm(line)
                assert result.code == 0, result.err
        shutil.copy(firm.database, kept)
        return firm

    return put


@pytest.fixture
def firm(suptime, october):
    """A firm with six clients, each with 35 minutes of October to invoice."""
    return october(Firm(suptime))
