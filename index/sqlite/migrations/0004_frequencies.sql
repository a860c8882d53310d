-- How common terms are in the store: in how many of its stories each occurs; no text.
--
-- keys: 64-bit hashes, sorted; counts: 32-bit, parallel. Only the newest snapshot is kept; its
-- number is never used twice, so that every process sees when there is another one.

CREATE TABLE frequencies (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    stories INTEGER NOT NULL,
    added INTEGER NOT NULL,
    position INTEGER NOT NULL,
    keys BLOB NOT NULL,
    counts BLOB NOT NULL
);
