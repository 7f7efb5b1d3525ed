"""The tables of a state file; `docs/state.md` says what is in them."""

# "faki" as a number: by it a state file is told from any other file of SQLite.
APPLICATION = 0x66616B69
VERSION = 2
# Files of these formats are read: those of 1 have no secret yet.
READ = (1, VERSION)

# What tells whether a secret is the one of this file.
FINGERPRINT = "CREATE TABLE secret (fingerprint TEXT NOT NULL)"

TABLES = f"""
{FINGERPRINT};
CREATE TABLE accounts (number INTEGER PRIMARY KEY, handle TEXT NOT NULL UNIQUE, data TEXT NOT NULL);
CREATE TABLE uploads (
    account TEXT NOT NULL, path TEXT NOT NULL, media_type TEXT NOT NULL, at REAL NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (account, path)
);
CREATE TABLE tasks (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, data TEXT NOT NULL,
    sent BLOB NOT NULL
);
CREATE INDEX tasks_of_account ON tasks (account);
CREATE TABLE events (
    account TEXT NOT NULL, number INTEGER NOT NULL, at REAL NOT NULL, kind TEXT NOT NULL, task_id TEXT NOT NULL,
    attempt INTEGER NOT NULL, begun INTEGER NOT NULL, stage TEXT NOT NULL, PRIMARY KEY (account, number)
) WITHOUT ROWID;
CREATE TABLE orders (kind TEXT NOT NULL, id INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE order_ids (kind TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE journal (
    number INTEGER PRIMARY KEY, account TEXT, data TEXT NOT NULL, sent BLOB NOT NULL, answered BLOB NOT NULL
);
"""
