-- The first form of the store.
--
-- An article is spread over narrow tables, so that judging (articles, profiles, vectors) never
-- pages through texts (documents). Everything that belongs to one article goes with its row.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE stories (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    independent_sources INTEGER NOT NULL,
    first REAL,
    last REAL
);

-- Foreign keys are deferred: the order of writes inside a transaction is free, a commit that
-- leaves an article in a cluster nobody wrote is not.
CREATE TABLE clusters (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    story TEXT NOT NULL REFERENCES stories (id) DEFERRABLE INITIALLY DEFERRED,
    size INTEGER NOT NULL,
    canonical BLOB NOT NULL
);
CREATE INDEX clusters_by_story ON clusters (story);

-- key is never used twice: an index that lags behind cannot take a new article for an old one.
-- stamp is the newest position in index_log: it names one state of profile, sketch and vector.
-- waiting: 1 while the encoder still owes the vector; an empty lede has none and waits for none.
CREATE TABLE articles (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    external_id TEXT,
    revision INTEGER NOT NULL,
    received REAL NOT NULL,
    stamp INTEGER NOT NULL,
    lede_hash BLOB NOT NULL,
    waiting INTEGER NOT NULL,
    cluster TEXT REFERENCES clusters (id) DEFERRABLE INITIALLY DEFERRED,
    story TEXT REFERENCES stories (id) DEFERRABLE INITIALLY DEFERRED,
    cluster_relation TEXT,
    cluster_of TEXT,
    cluster_probability REAL,
    story_relation TEXT,
    story_of TEXT,
    story_probability REAL
);
CREATE INDEX articles_by_external_id ON articles (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX articles_by_lede_hash ON articles (lede_hash);
CREATE INDEX articles_waiting ON articles (key) WHERE waiting;
CREATE INDEX articles_by_cluster ON articles (cluster);
CREATE INDEX articles_by_story ON articles (story);

CREATE TABLE profiles (
    key INTEGER PRIMARY KEY REFERENCES articles (key) ON DELETE CASCADE,
    sketch BLOB NOT NULL,
    profile BLOB NOT NULL
);

CREATE TABLE vectors (
    key INTEGER PRIMARY KEY REFERENCES articles (key) ON DELETE CASCADE,
    vector BLOB NOT NULL
);

-- posted: the article as it came; findings: what reading it found.
CREATE TABLE documents (
    key INTEGER PRIMARY KEY REFERENCES articles (key) ON DELETE CASCADE,
    posted BLOB NOT NULL,
    findings BLOB NOT NULL
);

CREATE TABLE revisions (
    key INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    posted BLOB NOT NULL,
    PRIMARY KEY (key, revision)
);

CREATE TABLE matches (
    key INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    rank INTEGER NOT NULL,
    other INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    verdict BLOB NOT NULL,
    PRIMARY KEY (key, rank)
);
CREATE INDEX matches_by_other ON matches (other);

CREATE TABLE copy_links (
    a INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    b INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    overlap REAL NOT NULL,
    a_in_b REAL NOT NULL,
    b_in_a REAL NOT NULL,
    p_same_text REAL NOT NULL,
    PRIMARY KEY (a, b)
) WITHOUT ROWID;
CREATE INDEX copy_links_by_b ON copy_links (b);

CREATE TABLE related_links (
    a TEXT NOT NULL REFERENCES stories (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    b TEXT NOT NULL REFERENCES stories (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    relation TEXT NOT NULL,
    probability REAL NOT NULL,
    PRIMARY KEY (a, b)
) WITHOUT ROWID;
CREATE INDEX related_links_by_b ON related_links (b);

-- position: the place the id had in its list, so that a list can be read on from it.
CREATE TABLE retired (
    id TEXT PRIMARY KEY,
    merged_into TEXT,
    position INTEGER
) WITHOUT ROWID;

CREATE TABLE events (
    cursor INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    data BLOB NOT NULL
);

-- op: 1 added or changed, 0 removed.
CREATE TABLE index_log (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    key INTEGER NOT NULL,
    op INTEGER NOT NULL
);

CREATE TABLE idempotency (
    key TEXT PRIMARY KEY,
    request BLOB NOT NULL,
    response BLOB NOT NULL
);
