"""What each role may do on a PostgreSQL server: its rights on the tables, and on which of their rows.

Rights are given to the logins themselves and not to group roles: those would belong to the whole
server, and a login of one store would have them in every other. The rows that are an agent's own
are told by `team_member`, where the login (SQL's `current_user`) stands with the agent's name.
Who owns the tables is held back by none of this: the owner migrates them and grants the rights.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from suptime.store.tables import METADATA

_ALL = "INSERT, UPDATE, DELETE"

_AGENT: Mapping[str, str] = {
    "work_unit": _ALL,
    "appointment": _ALL,
    # What happens to a case is told by whoever works on it; what was told is changed by others.
    "case": "INSERT",
    "case_event": "INSERT",
    "message": "INSERT",
    # What follows from the rest, and is kept up to date by every writer.
    "standing": _ALL,
    "unsettled_case": "INSERT",
    "audit": "INSERT",
    "audit_head": "INSERT, UPDATE",
}
_BILLING_ONLY_ADDS: Mapping[str, str] = {
    "issue": "INSERT",
    "invoice": "INSERT",
    "issued_line": "INSERT",
    "draw_down": "INSERT",
    "sent_content": "INSERT",
    "delivery": "INSERT",
    "audit": "INSERT",
    "audit_head": "INSERT, UPDATE",
    "team_member": "",
}
"""What even billing only adds to: what was issued stays, and so does who did what."""

_ME = "(SELECT team_member.agent FROM team_member WHERE team_member.login = current_user)"
_MY_ROLE = "(SELECT team_member.role FROM team_member WHERE team_member.login = current_user)"
_OWN = f"agent = {_ME}"
_OWN_OR_BILLING = f"{_OWN} OR {_MY_ROLE} = 'billing'"

_ROWS: Mapping[str, str] = {
    "work_unit": _OWN_OR_BILLING,
    "appointment": _OWN_OR_BILLING,
    # Billing, too, leaves its traces under its own name.
    "audit": _OWN,
    "audit_head": _OWN,
}
"""The tables of which a login may write only some rows, and which."""


def quoted(name: str) -> str:
    """NAME, of a login or a table, as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def is_owner(connection: Connection) -> bool:
    """Whether whoever asks owns the store's tables, and may so change them and who may use them."""
    owns = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('alembic_version')"
    return bool(connection.exec_driver_sql(owns).scalar())


def give(connection: Connection, login: str, role: str) -> None:
    """Give LOGIN the rights of ROLE, in the place of those that it had."""
    take(connection, login)
    _confine(connection)
    _give(connection, login, role)


def take(connection: Connection, login: str) -> None:
    """Take every right on the store from LOGIN."""
    member = quoted(login)
    for table in (*_tables(), "alembic_version"):
        _run(connection, f"REVOKE ALL ON {quoted(table)} FROM {member}")
    for sequence in _sequences(connection):
        _run(connection, f"REVOKE ALL ON SEQUENCE {sequence} FROM {member}")
    _run(connection, f"REVOKE USAGE ON SCHEMA {_schema(connection)} FROM {member}")


def give_again(connection: Connection) -> None:
    """Give every member its rights anew: a migration may have made tables that nobody has rights on."""
    members = connection.execute(
        text("SELECT login, role FROM team_member JOIN pg_roles ON rolname = login ORDER BY login")
    ).all()
    if members:
        _confine(connection)
    for login, role in members:
        _give(connection, login, role)


def _give(connection: Connection, login: str, role: str) -> None:
    member = quoted(login)
    _run(connection, f"GRANT USAGE ON SCHEMA {_schema(connection)} TO {member}")
    for table in (*_tables(), "alembic_version"):
        _run(connection, f"GRANT SELECT ON {quoted(table)} TO {member}")
        changes = _changes(role, table)
        if changes:
            _run(connection, f"GRANT {changes} ON {quoted(table)} TO {member}")
    if role != "reader":
        # A new id is drawn from a sequence; to set one back takes UPDATE, which nobody has but the owner.
        rights = "USAGE, UPDATE" if role == "billing" else "USAGE"
        for sequence in _sequences(connection):
            _run(connection, f"GRANT {rights} ON SEQUENCE {sequence} TO {member}")


def _changes(role: str, table: str) -> str:
    if role == "reader" or table == "alembic_version":
        return ""
    return _AGENT.get(table, "") if role == "agent" else _BILLING_ONLY_ADDS.get(table, _ALL)


def _confine(connection: Connection) -> None:
    """Have the database look at whose row it is that is written."""
    for table, own in _ROWS.items():
        _run(connection, f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for policy, what in (
            ("suptime_reads_all", "FOR SELECT USING (true)"),
            ("suptime_writes_own", f"FOR ALL USING ({own}) WITH CHECK ({own})"),
        ):
            _run(connection, f"DROP POLICY IF EXISTS {policy} ON {table}")
            _run(connection, f"CREATE POLICY {policy} ON {table} {what}")


def _schema(connection: Connection) -> str:
    return quoted(str(connection.execute(text("SELECT current_schema()")).scalar_one()))


def _tables() -> Iterator[str]:
    yield from METADATA.tables


def _sequences(connection: Connection) -> list[str]:
    """The sequences that ids are drawn from, quoted where they need it."""
    asked = "SELECT pg_get_serial_sequence(:name, 'id')"
    with_id = [quoted(table.name) for table in METADATA.tables.values() if "id" in table.columns]
    found = [connection.execute(text(asked), {"name": name}).scalar() for name in with_id]
    return [str(name) for name in found if name]


def _run(connection: Connection, statement: str) -> None:
    # Not text(): a colon in a name is no parameter.
    connection.exec_driver_sql(statement.replace("%", "%%"))
