"""Who works with a store on a server, under which login."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from suptime.domain.names import LONGEST_COUNT
from suptime.errors import NotPossible, StorageFault
from suptime.store.catalogue import COLUMNS
from suptime.store.database.audit_chain import SERVER_CHANGES
from suptime.store.database.driver import Driver
from suptime.store.mapped import Values
from suptime.store.repositories.rows import Repository

_LEAVE = "DELETE FROM team_member WHERE login = :login"

ENTITY = "team"

"""What the audit trail calls a member: no record that an export holds, or that `undo` takes back."""


@dataclass(frozen=True, slots=True)
class Member:
    """A login, its role, and the agent whose time is its own. `there`: the server knows the login."""

    login: str
    role: str
    agent: str
    there: bool = True


class Team(Repository[Member]):
    """The members of a team, and what the server lets them do."""

    def members(self) -> list[Member]:
        """Return all members by login. The store is on a server; so it is for all that follows."""
        logins = set(self.driver.column("SELECT rolname FROM pg_roles"))
        rows = self.driver.all("SELECT login, role, agent FROM team_member ORDER BY login")
        return [Member(login, role, agent, login in logins) for login, role, agent in rows]

    def grant(self, login: str, role: str, agent: str) -> Member:
        """Give `login` the rights of `role`, in the place of another that it had. `agent`'s time is its own.

        Raises:
            NotPossible: the server has no such login, or no rights hold it back.
            StorageFault: whoever asks does not own the store.
        """
        self._refuse_stranger()
        found = self.driver.one(_LOGIN, login=login)
        if found is None:
            raise NotPossible(
                f'The server has no login "{login}".',
                hint=f"Make it there first: CREATE ROLE {quoted(login)} LOGIN PASSWORD '...'",
            )
        if found[0]:
            raise NotPossible(
                f'"{login}" owns the store, or may do anything on its server: no role holds it back.',
                hint="Grant roles to other logins, and let people work with those.",
            )
        before = self._member(login)
        give(self.driver, login, role)
        self.driver.run(_LEAVE, login=login)
        after = {"login": login, "role": role, "agent": agent}
        self.rows.insert_many("team_member", [after])
        if before != after:
            self.rows.audit.add(ENTITY, login, before, after)
        return Member(login, role, agent)

    def limit_connections(self, login: str) -> bool:
        """Limit the connections of `login`, where nobody did. Gives whether they are limited now."""
        return limit(self.driver, login)

    def revoke(self, login: str) -> Member:
        """Take every right from `login`. Gives what it was.

        Raises:
            NotPossible: `login` has no role.
            StorageFault: whoever asks does not own the store.
        """
        self._refuse_stranger()
        before = self._member(login)
        if before is None:
            raise NotPossible(f'"{login}" has no role here.', hint="suptime team list")
        there = self.driver.one(_LOGIN, login=login) is not None
        if there:
            take(self.driver, login)
        self.driver.run(_LEAVE, login=login)
        self.rows.audit.add(ENTITY, login, before, None)
        return Member(login, before["role"], before["agent"], there)

    def _refuse_stranger(self) -> None:
        if not is_owner(self.driver):
            raise StorageFault(
                "Only the owner of the store says who may do what with it.",
                hint="Ask whoever made the database, or work with that login.",
            )

    def _member(self, login: str) -> Values | None:
        return self.rows.row("team_member", login)


_LOGIN = (
    "SELECT rolsuper OR rolbypassrls OR pg_has_role(oid, (SELECT relowner FROM pg_class"
    " WHERE pg_class.oid = to_regclass('team_member')), 'USAGE') AS unbound"
    " FROM pg_roles WHERE rolname = :login AND rolcanlogin"
)

"""A login, and whether it may do anything anyhow."""

_ALL = "INSERT, UPDATE, DELETE"


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns that a role may set and change in the rows of a table.

    Rights on columns and not on the table: whoever may UPDATE or DELETE in a table may LOCK it.
    """

    added: Collection[str] | None = None
    """Columns of new rows; None: all but the id, which the database counts."""
    changed: Collection[str] = ()


_AUDIT = _Columns()

_HEAD = _Columns(("agent", "place", "hash"), ("place", "hash"))

_AGENT: Mapping[str, _Columns] = {
    # With its id comes a unit that is brought back (`_ROWS`).
    "work_unit": _Columns(
        [*COLUMNS["work_unit"]],
        (
            "case_number",
            "channel",
            "started_at",
            "ended_at",
            "note",
            "guest",
            "requested",
            "waived",
            "role",
            "work_type",
        ),
    ),
    "appointment": _Columns(
        changed=(
            *("case_number", "starts_at", "ends_at", "channel"),
            *("cancelled_at", "cancelled_by", "missed_by", "waived"),
        )
    ),
    # What happens to a case is told by whoever works on it; what was told is changed by others.
    "case": _Columns(),
    "case_event": _Columns(),
    "message": _Columns(),
    "unsettled_case": _Columns(),
    "unrated": _Columns(),
    "audit": _AUDIT,
    "audit_head": _HEAD,
}

_BILLING: Mapping[str, str | _Columns] = {
    "issue": "INSERT",
    "invoice": "INSERT",
    "issued_line": "INSERT",
    "draw_down": "INSERT",
    "booked_document": "INSERT",
    "transfer": "INSERT",
    "assignment": "INSERT",
    "discount": "INSERT",
    "write_off": "INSERT",
    "reminder": "INSERT",
    "reminder_step": "INSERT",
    "deposit_entry": "INSERT",
    "deposit_return": "INSERT",
    "purchase_return": "INSERT",
    "allocation": "INSERT",
    "voided": "INSERT",
    "hold": "INSERT",
    "sent_content": "INSERT",
    "delivery": "INSERT",
    "audit": _AUDIT,
    "audit_head": _HEAD,
    "team_member": "",
    "dropped_unit": "",
}

"""The tables that even billing only adds to: what was issued stays, and so does who did what."""

_ME = "(SELECT team_member.agent FROM team_member WHERE team_member.login = current_user)"

_MY_ROLE = "(SELECT team_member.role FROM team_member WHERE team_member.login = current_user)"

_OWN = f"agent = {_ME}"

_BILLS = f"{_MY_ROLE} = 'billing'"

_OWN_OR_BILLING = f"{_OWN} OR {_BILLS}"

_BY_ID = ", ".join(f"'{table}'" for table, columns in COLUMNS.items() if "id" in columns)

_ROWS: Mapping[str, Mapping[str, str]] = {
    "work_unit": {
        # An id that another login drew is that login's; one that nobody drew yet would stop who draws it.
        "INSERT": f"WITH CHECK ({_BILLS} OR ({_OWN} AND (EXISTS (SELECT 1 FROM dropped_unit"
        f" WHERE dropped_unit.id = work_unit.id AND dropped_unit.agent = {_ME})"
        " OR work_unit.id = currval(pg_get_serial_sequence('work_unit', 'id')))))",
        "UPDATE": f"USING ({_OWN_OR_BILLING})",
        "DELETE": f"USING ({_BILLS})",
    },
    "appointment": {
        "INSERT": f"WITH CHECK ({_OWN_OR_BILLING})",
        "UPDATE": f"USING ({_OWN_OR_BILLING})",
        "DELETE": f"USING ({_BILLS})",
    },
    "case": {
        "INSERT": f"WITH CHECK ({_BILLS} OR serial IS NULL OR (serial < {10**LONGEST_COUNT}"
        " AND upper(number) ~ ('^CASE-0*' || serial || '$')))",
        "UPDATE": f"USING ({_BILLS})",
        "DELETE": f"USING ({_BILLS})",
    },
    # Billing, too, leaves its traces under its own name. A number that the server did not give out is refused,
    # and so is what would stop those who read the trail: a key or a record that cannot be read.
    "audit": {
        "INSERT": f"WITH CHECK ({_OWN} AND change BETWEEN {SERVER_CHANGES + 1}"
        " AND pg_sequence_last_value('audit_change_seq') AND entity NOT IN ('erasure', 'team')"
        f" AND (entity NOT IN ({_BY_ID}) OR entity_key ~ '^[0-9]{{1,18}}$')"
        " AND coalesce(json_typeof(before_json::json), 'object') = 'object'"
        " AND coalesce(json_typeof(after_json::json), 'object') = 'object')",
    },
    # Billing locks the row of an agent whose time it writes, and changes only its own.
    "audit_head": {
        "INSERT": f"WITH CHECK ({_OWN} OR ({_BILLS} AND place = 0))",
        "UPDATE": f"USING ({_OWN_OR_BILLING}) WITH CHECK ({_OWN})",
    },
}

"""The tables of which a login may write only some rows, and which."""

_FUNCTIONS = {
    # Not current_user: within the function that is its owner.
    "suptime_drop(entity text, id bigint) RETURNS boolean": """
DECLARE
    me text := (SELECT m.agent FROM team_member m WHERE m.login = session_user AND m.role <> 'reader');
    gone boolean;
BEGIN
    IF entity = 'work_unit' THEN
        DELETE FROM work_unit u WHERE u.id = $2 AND u.agent = me;
        gone := FOUND;
        IF gone THEN
            INSERT INTO dropped_unit AS d VALUES ($2, me) ON CONFLICT ON CONSTRAINT pk_dropped_unit
                DO UPDATE SET agent = excluded.agent;
        END IF;
    ELSIF entity = 'appointment' THEN
        DELETE FROM appointment a WHERE a.id = $2 AND a.agent = me;
        gone := FOUND;
    END IF;
    RETURN coalesce(gone, false);
END""",
}

"""Functions that run with the owner's rights: each does one thing for the login that calls it."""


def quoted(name: str) -> str:
    """NAME, of a login or a table, as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def is_owner(driver: Driver) -> bool:
    """Return whether whoever asks owns the store's tables, and may so change them and who may use them."""
    owns = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('alembic_version')"
    return bool(driver.value(owns))


def give(driver: Driver, login: str, role: str) -> None:
    """Give `login` the rights of `role`, in the place of those that it had."""
    take(driver, login)
    if not _is_confined(driver):
        _confine(driver)
    _give(driver, login, role)


MOST_CONNECTIONS = 20

"""How many connections a login may have at once, where nobody set another limit."""


def limit(driver: Driver, login: str) -> bool:
    """Limit how many connections `login` may have. Gives whether it is limited: the owner may lack that right."""
    asked = (
        "SELECT rolconnlimit, (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user)"
        " FROM pg_roles WHERE rolname = :login"
    )
    now, may = driver.one(asked, login=login)
    if now < 0 and may:
        _run(driver, f"ALTER ROLE {quoted(login)} CONNECTION LIMIT {MOST_CONNECTIONS}")
    return bool(now >= 0 or may)


def take(driver: Driver, login: str) -> None:
    """Take every right on the store from `login`."""
    member = quoted(login)
    for table in (*_tables(), "alembic_version"):
        _run(driver, f"REVOKE ALL ON {quoted(table)} FROM {member}")
    for sequence in _sequences(driver):
        _run(driver, f"REVOKE ALL ON SEQUENCE {sequence} FROM {member}")
    for function in _there(driver):
        _run(driver, f"REVOKE ALL ON FUNCTION {function} FROM {member}")
    _run(driver, f"REVOKE USAGE ON SCHEMA {_schema(driver)} FROM {member}")


def give_again(driver: Driver) -> None:
    """Give every member the rights of its role, and no others: a migration may have changed what they are."""
    members = driver.all(
        "SELECT login, role FROM team_member JOIN pg_roles ON rolname = login ORDER BY login"
    )
    if members:
        _confine(driver)
    for login, role in members:
        take(driver, login)
        _give(driver, login, role)


def _give(driver: Driver, login: str, role: str) -> None:
    member = quoted(login)
    _run(driver, f"GRANT USAGE ON SCHEMA {_schema(driver)} TO {member}")
    for table in (*_tables(), "alembic_version"):
        _run(driver, f"GRANT SELECT ON {quoted(table)} TO {member}")
        changes = _changes(role, table)
        if changes:
            _run(driver, f"GRANT {changes} ON {quoted(table)} TO {member}")
    if role != "reader":
        # A new id is drawn from a sequence; to set one takes UPDATE, which nobody has but the owner.
        for sequence in _sequences(driver):
            _run(driver, f"GRANT USAGE ON SEQUENCE {sequence} TO {member}")
        for function in _there(driver):
            _run(driver, f"GRANT EXECUTE ON FUNCTION {function} TO {member}")


def _changes(role: str, table: str) -> str:
    if role == "reader" or table == "alembic_version":
        return ""
    may = _AGENT.get(table, "") if role == "agent" else _BILLING.get(table, _ALL)
    if isinstance(may, str):
        return may
    every = [name for name in COLUMNS[table] if name != "id"]
    added = ", ".join(map(quoted, every if may.added is None else may.added))
    changed = ", ".join(map(quoted, may.changed))
    return f"INSERT ({added})" + (f", UPDATE ({changed})" if changed else "")


def _is_confined(driver: Driver) -> bool:
    """Whether the policies are there: to make them takes every table for itself, and whoever reads makes that wait."""
    found = driver.all("SELECT tablename, policyname FROM pg_policies WHERE schemaname = current_schema()")
    wanted = {
        (table, f"suptime_{what.lower()}") for table, rows in _ROWS.items() for what in ("SELECT", *rows)
    }
    return wanted <= {(row[0], row[1]) for row in found}


def _confine(driver: Driver) -> None:
    """Have the database look at whose row it is that is written."""
    schema = _schema(driver)
    # What others make there could be called in the place of PostgreSQL's own functions.
    _run(driver, f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC")
    for head, body in _FUNCTIONS.items():
        _run(
            driver,
            f"CREATE OR REPLACE FUNCTION {schema}.{head} LANGUAGE plpgsql SECURITY DEFINER"
            f" SET search_path = {schema}, pg_temp AS $body${body}$body$",
        )
        _run(driver, f"REVOKE ALL ON FUNCTION {_signature(head)} FROM PUBLIC")
    for table, policies in _ROWS.items():
        on = quoted(table)
        _run(driver, f"ALTER TABLE {on} ENABLE ROW LEVEL SECURITY")
        for of_older_versions in ("suptime_reads_all", "suptime_writes_own"):
            _run(driver, f"DROP POLICY IF EXISTS {of_older_versions} ON {on}")
        for what, rule in {"SELECT": "USING (true)", **policies}.items():
            policy = f"suptime_{what.lower()}"
            _run(driver, f"DROP POLICY IF EXISTS {policy} ON {on}")
            _run(driver, f"CREATE POLICY {policy} ON {on} FOR {what} {rule}")


def _signature(head: str) -> str:
    """Return the name and the types of a function that `head` defines.

    >>> _signature("f(number text, serial bigint) RETURNS boolean")
    'f(text, bigint)'
    """
    name, _, rest = head.partition("(")
    types = [part.split()[1] for part in rest.partition(")")[0].split(", ")]
    return f"{name}({', '.join(types)})"


def _there(driver: Driver) -> list[str]:
    """Return the functions of `_FUNCTIONS` that the database has: those of a store without a team are not made."""
    asked = "SELECT to_regprocedure(:name) IS NOT NULL"
    return [name for name in map(_signature, _FUNCTIONS) if driver.value(asked, name=name)]


def _schema(driver: Driver) -> str:
    return quoted(str(driver.value("SELECT current_schema()")))


def _tables() -> Iterator[str]:
    yield from COLUMNS


def _sequences(driver: Driver) -> list[str]:
    """Return the sequences that ids are drawn from, quoted where they need it."""
    asked = "SELECT pg_get_serial_sequence(:name, 'id')"
    with_id = [quoted(table) for table, columns in COLUMNS.items() if "id" in columns]
    found = [driver.value(asked, name=name) for name in with_id]
    return [*(str(name) for name in found if name), quoted("audit_change_seq")]


def _run(driver: Driver, statement: str) -> None:
    # On the driver itself: a colon in a name is no parameter.
    driver.raw.execute(statement)
