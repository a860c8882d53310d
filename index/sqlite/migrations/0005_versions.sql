-- What is known of each revision of an article, the one that represents it among them.
--
-- The text of the one that represents (articles.revision) is in documents, the others' are in
-- revisions. received: hours since 1970; of older revisions only that of the first is known.
-- version: what it says of itself, {} where it says nothing. source, chain (a hash), at: what other
-- versions of the piece, filed under other identities, are found by. replaced_by: the revision that
-- took its place. purged: when its text was removed. wakes: the hour at which its embargo ends, until
-- the article has been elected anew.

CREATE TABLE versions (
    key INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    received REAL,
    digest BLOB NOT NULL,
    version BLOB NOT NULL,
    source TEXT,
    chain BLOB,
    at REAL,
    replaced_by INTEGER,
    purged REAL,
    wakes REAL,
    PRIMARY KEY (key, revision)
) WITHOUT ROWID;
CREATE INDEX versions_by_chain ON versions (chain, source, at) WHERE chain IS NOT NULL;
CREATE INDEX versions_by_wakes ON versions (wakes) WHERE wakes IS NOT NULL;

INSERT INTO versions (key, revision, received, digest, version, replaced_by)
SELECT a.key, r.revision, CASE r.revision WHEN 1 THEN a.received END, x'', '{}', r.revision + 1
FROM revisions AS r JOIN articles AS a ON a.key = r.key;

INSERT INTO versions (key, revision, received, digest, version)
SELECT key, revision, CASE revision WHEN 1 THEN received END, x'', '{}' FROM articles;
