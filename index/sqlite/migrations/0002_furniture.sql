-- What is remembered of articles to learn their sources' furniture from, and what was learned.
--
-- segments: 64-bit hashes of lines and sentences, in order; no text. rank: a hash of the article's
-- id, so that which pages of a day are remembered does not depend on who came first.

CREATE TABLE pages (
    key INTEGER PRIMARY KEY REFERENCES articles (key) ON DELETE CASCADE,
    source TEXT NOT NULL,
    day INTEGER,
    rank INTEGER NOT NULL,
    segments BLOB NOT NULL
);
CREATE INDEX pages_by_source ON pages (source, day, rank);

CREATE TABLE sources (
    source TEXT PRIMARY KEY,
    articles INTEGER NOT NULL
) WITHOUT ROWID;

-- kept: 1 where a person said that the line is no furniture; then it stays without its text.
CREATE TABLE furniture (
    source TEXT NOT NULL,
    line TEXT NOT NULL,
    kept INTEGER NOT NULL,
    text TEXT NOT NULL,
    witnesses INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    first INTEGER,
    last INTEGER,
    examples BLOB NOT NULL,
    PRIMARY KEY (source, line)
) WITHOUT ROWID;
