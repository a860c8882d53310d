-- What articles and stories are listed and found by; filled in when the store is opened.

-- outlet: the normalised name; outlet_key, source_key: names in the form they are compared in, the
-- latter of the source as it was posted where it differs.
CREATE TABLE facets (
    key INTEGER PRIMARY KEY REFERENCES articles (key) ON DELETE CASCADE,
    outlet TEXT,
    outlet_key TEXT NOT NULL,
    source_key TEXT,
    language TEXT NOT NULL
);
CREATE INDEX facets_by_outlet ON facets (outlet_key);
CREATE INDEX facets_by_source ON facets (source_key) WHERE source_key IS NOT NULL;
CREATE INDEX facets_by_language ON facets (language);

-- Hashes of words without the texts themselves; rowid is the article's key.
CREATE VIRTUAL TABLE words USING fts5 (title, body, content='', columnsize=0, tokenize='ascii');

-- Removed articles whose words may still stand, marked as gone, in a part of the index that has not
-- been merged since.
CREATE TABLE forgetting (
    key INTEGER PRIMARY KEY
);

CREATE INDEX stories_by_last ON stories (coalesce(last, -1.0e12));
CREATE INDEX stories_by_size ON stories (size);
