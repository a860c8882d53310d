-- Articles that may not be shown, what was ordered about them, and texts that are gone.

-- status: canceled, upstream_killed, withheld or embargoed, in force while released is null and
-- until has not passed. origin: the killed article that an upstream_killed one carries, else ''. until: the hour of
-- an embargo. purge_at: when the text goes. released: when it was taken back, or never meant this
-- one. All times are hours since 1970.
CREATE TABLE withheld (
    key INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    status TEXT NOT NULL,
    origin TEXT NOT NULL,
    since REAL NOT NULL,
    until REAL,
    purge_at REAL,
    released REAL,
    reason TEXT,
    ordered_by TEXT NOT NULL,
    PRIMARY KEY (key, status, origin)
) WITHOUT ROWID;
CREATE INDEX withheld_by_origin ON withheld (origin) WHERE origin <> '';
CREATE INDEX withheld_to_purge ON withheld (purge_at) WHERE purge_at IS NOT NULL;
CREATE INDEX withheld_to_lift ON withheld (until) WHERE until IS NOT NULL;

-- shingles: distinct 64-bit hashes, sorted; no text. Later copies are recognised by them.
CREATE TABLE purged (
    key INTEGER PRIMARY KEY REFERENCES articles (key) ON DELETE CASCADE,
    at REAL NOT NULL,
    shingles BLOB NOT NULL
);

-- Kills and holds that a source sent: they also meet articles that arrive after them. target: a
-- digest of what the notice names, for a headline may be named. until: chains are used again.
CREATE TABLE orders (
    target BLOB NOT NULL,
    source TEXT NOT NULL,
    outlet TEXT,
    status TEXT NOT NULL,
    notice TEXT NOT NULL,
    at REAL NOT NULL,
    until REAL,
    reason TEXT,
    PRIMARY KEY (target, source, status)
) WITHOUT ROWID;

CREATE INDEX events_of_canonicals ON events (subject) WHERE kind = 'canonical_changed';
