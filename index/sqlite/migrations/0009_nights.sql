-- Nights, and what passed from group to group, in nights and between them.
--
-- started, finished: hours since 1970-01-01 UTC. churn: numbers by name, as JSON. What takes the last
-- night back lies apart: it is large, and nights are listed.

CREATE TABLE nights (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    started REAL NOT NULL,
    finished REAL,
    state TEXT NOT NULL,
    since REAL,
    articles INTEGER NOT NULL,
    churn BLOB NOT NULL,
    error TEXT
);

CREATE TABLE undo (
    night INTEGER PRIMARY KEY REFERENCES nights (number),
    record BLOB NOT NULL
);

-- Clusters and stories alike: their ids differ. night: null where no night did it. retired: the old
-- group was retired by it. Nothing takes a line away again.
CREATE TABLE lineage (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    night INTEGER,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    articles INTEGER NOT NULL,
    retired INTEGER NOT NULL
);
CREATE INDEX lineage_by_old ON lineage (old);
CREATE INDEX lineage_by_new ON lineage (new);

-- split_into: every group that took members over, most first, as a JSON array; empty where one took all.
-- level: cluster or story; null where the id was retired before there was such a group.
ALTER TABLE retired ADD COLUMN split_into TEXT NOT NULL DEFAULT '[]';
ALTER TABLE retired ADD COLUMN level TEXT;

-- Who lay in a group when it was retired: wherever they lie now, the id lives on. held: how many they
-- were; 0 where nobody knows, and the heirs named then are followed.
CREATE TABLE former (
    id TEXT NOT NULL,
    key INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    PRIMARY KEY (id, key)
) WITHOUT ROWID;
CREATE INDEX former_by_key ON former (key);
ALTER TABLE retired ADD COLUMN held INTEGER NOT NULL DEFAULT 0;

-- Until now every id was made with the first letter of what it names.
UPDATE retired SET level = CASE substr(id, 1, 2) WHEN 'c_' THEN 'cluster' WHEN 's_' THEN 'story' END;

-- The lineage until now, from the change log: an article that joined a group has left the one that it
-- joined before. Of a group too large to be gathered the log names only those that were. The lines of
-- one verdict follow each other, who joined first; before the next another kind of line stands.
INSERT INTO lineage (at, night, old, new, articles, retired)
WITH runs (cursor, at, kind, subject, data, begins) AS (
    SELECT
        cursor, at, kind, subject, data,
        kind LIKE '%_joined' AND lag(kind, 1, '') OVER (ORDER BY cursor) NOT LIKE '%_joined'
    FROM events
),
log (cursor, at, kind, subject, verdict, cluster, story, merged_into, new) AS (
    SELECT
        cursor, at, kind, subject, sum(begins) OVER (ORDER BY cursor),
        json_extract(CAST(data AS TEXT), '$.cluster'), json_extract(CAST(data AS TEXT), '$.story'),
        json_extract(CAST(data AS TEXT), '$.merged_into'), json_extract(CAST(data AS TEXT), '$.new')
    FROM runs
),
passed (cursor, at, verdict, old, new, articles, retired) AS (
    SELECT
        cursor, at, verdict,
        lag(cluster) OVER (PARTITION BY subject ORDER BY cursor), cluster, 1, 0
    FROM log WHERE kind IN ('article_created', 'cluster_joined')
    UNION ALL
    SELECT
        cursor, at, verdict,
        lag(story) OVER (PARTITION BY subject ORDER BY cursor), story, 1, 0
    FROM log WHERE kind IN ('article_created', 'story_joined')
    UNION ALL
    SELECT cursor, at, verdict, subject, merged_into, 0, 1
    FROM log WHERE kind IN ('cluster_merged', 'story_merged')
    UNION ALL
    SELECT cursor, at, verdict, subject, new, 0, 0
    FROM log WHERE kind IN ('cluster_split', 'story_split')
),
known (id) AS (
    SELECT id FROM clusters UNION ALL SELECT id FROM stories UNION ALL SELECT id FROM retired
),
lines (cursor, at, verdict, old, new, articles, retired) AS (
    SELECT min(cursor), min(at), verdict, old, new, max(1, sum(articles)), max(retired)
    FROM passed
    WHERE old <> new AND old IN (SELECT id FROM known) AND new IN (SELECT id FROM known)
    GROUP BY verdict, old, new
)
SELECT at, NULL, old, new, articles, max(retired) OVER (PARTITION BY verdict, old)
FROM lines ORDER BY cursor;

UPDATE retired SET split_into = told.heirs
FROM (
    SELECT DISTINCT l.old, json_group_array(l.new) OVER (
        PARTITION BY l.old ORDER BY l.new IS NOT r.merged_into, l.articles DESC, l.new
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS heirs
    FROM retired AS r CROSS JOIN lineage AS l ON l.old = r.id
    WHERE l.retired AND l.at = (SELECT max(x.at) FROM lineage AS x WHERE x.old = r.id AND x.retired)
) AS told
WHERE told.old = retired.id AND json_array_length(told.heirs) > 1;
