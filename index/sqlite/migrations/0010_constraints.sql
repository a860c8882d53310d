-- What editors ordered about groups: these belong together, these do not, this one represents.
--
-- a, b: ids of articles, a < b; of a pinned canonical b is null. at: hours since 1970-01-01 UTC. An
-- order outlives every revision of its articles, and is dropped with an article that is deleted.

CREATE TABLE constraints (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    a TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    b TEXT REFERENCES articles (id) ON DELETE CASCADE,
    "by" TEXT NOT NULL,
    at REAL NOT NULL,
    why TEXT
);

CREATE UNIQUE INDEX constraints_once ON constraints (a, coalesce(b, ''), kind, level);
CREATE INDEX constraints_by_other ON constraints (b) WHERE b IS NOT NULL;
