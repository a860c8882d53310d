-- Every statement of the store, each under a head line `-- name --` and a line of purpose.
-- Lists of ids or keys are bound as one JSON array; CROSS JOIN keeps the array the outer loop.

-- versions --
-- What made the stored data, by name.
SELECT name, value FROM meta

-- set_version --
-- State what made the stored data.
INSERT INTO meta (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- article --
-- One article with its texts and its place.
SELECT
    a.key, a.id, a.revision, a.received,
    EXISTS (SELECT 1 FROM vectors AS v WHERE v.key = a.key), d.posted, d.findings,
    (SELECT w.version FROM versions AS w WHERE w.key = a.key AND w.revision = a.revision),
    a.cluster, a.story,
    a.cluster_relation, a.cluster_of, a.cluster_probability,
    a.story_relation, a.story_of, a.story_probability
FROM articles AS a
JOIN documents AS d ON d.key = a.key
WHERE a.id = :id

-- matches --
-- Verdicts on an article's closest neighbours, most probable first.
SELECT verdict FROM matches WHERE key = :key ORDER BY rank

-- by_external_id --
-- Articles a caller named so, in order of arrival.
SELECT id FROM articles WHERE external_id = :external_id ORDER BY key

-- members_by_id --
-- Places of articles, in the order asked.
SELECT
    a.key, a.id, a.stamp, a.received,
    a.cluster, a.story,
    a.cluster_relation, a.cluster_of, a.cluster_probability,
    a.story_relation, a.story_of, a.story_probability
FROM json_each(:ids) AS wanted
CROSS JOIN articles AS a ON a.id = wanted.value
ORDER BY wanted.id

-- members_by_key --
-- Places of articles, in the order asked.
SELECT
    a.key, a.id, a.stamp, a.received,
    a.cluster, a.story,
    a.cluster_relation, a.cluster_of, a.cluster_probability,
    a.story_relation, a.story_of, a.story_probability
FROM json_each(:keys) AS wanted
CROSS JOIN articles AS a ON a.key = wanted.value
ORDER BY wanted.id

-- published --
-- The heads of profiles: they hold the time of publication.
SELECT p.key, substr(p.profile, 1, 56)
FROM json_each(:keys) AS wanted
CROSS JOIN profiles AS p ON p.key = wanted.value

-- profiles --
-- What judging needs to know about articles.
SELECT p.key, p.profile, p.sketch, v.vector
FROM json_each(:keys) AS wanted
CROSS JOIN profiles AS p ON p.key = wanted.value
LEFT JOIN vectors AS v ON v.key = p.key

-- cluster_members --
-- Articles of a cluster in order of arrival.
SELECT id FROM articles WHERE cluster = :cluster ORDER BY key LIMIT :limit

-- story_members --
-- Articles of a story in order of arrival.
SELECT id FROM articles WHERE story = :story ORDER BY key LIMIT :limit

-- texts --
-- Articles as they were posted.
SELECT a.id, d.posted
FROM json_each(:ids) AS wanted
CROSS JOIN articles AS a ON a.id = wanted.value
CROSS JOIN documents AS d ON d.key = a.key

-- links --
-- Copy links that touch any of these articles.
SELECT a.id, b.id, l.overlap, l.a_in_b, l.b_in_a, l.p_same_text
FROM (
    SELECT l.a, l.b
    FROM json_each(:ids) AS wanted
    CROSS JOIN articles AS one ON one.id = wanted.value
    CROSS JOIN copy_links AS l ON l.a = one.key
    UNION
    SELECT l.a, l.b
    FROM json_each(:ids) AS wanted
    CROSS JOIN articles AS one ON one.id = wanted.value
    CROSS JOIN copy_links AS l ON l.b = one.key
) AS touching
CROSS JOIN copy_links AS l ON l.a = touching.a AND l.b = touching.b
CROSS JOIN articles AS a ON a.key = l.a
CROSS JOIN articles AS b ON b.key = l.b
ORDER BY a.id, b.id

-- links_between --
-- Copy links between any two of these articles, each looked up: one may have thousands of others.
WITH few (key, id) AS MATERIALIZED (
    SELECT a.key, a.id FROM json_each(:ids) AS wanted CROSS JOIN articles AS a ON a.id = wanted.value
)
SELECT a.id, b.id, l.overlap, l.a_in_b, l.b_in_a, l.p_same_text
FROM few AS a
CROSS JOIN few AS b
CROSS JOIN copy_links AS l ON l.a = a.key AND l.b = b.key
ORDER BY a.id, b.id

-- cluster --
-- One cluster.
SELECT id, story, size, canonical FROM clusters WHERE id = :id

-- story --
-- One story.
SELECT id, size, independent_sources, first, last FROM stories WHERE id = :id

-- story_clusters --
-- Clusters of a story in order of arrival.
SELECT id FROM clusters WHERE story = :story ORDER BY position LIMIT :limit

-- related --
-- Links between stories that touch any of these.
SELECT l.a, l.b, l.relation, l.probability
FROM (
    SELECT l.a, l.b FROM json_each(:ids) AS w CROSS JOIN related_links AS l ON l.a = w.value
    UNION
    SELECT l.a, l.b FROM json_each(:ids) AS w CROSS JOIN related_links AS l ON l.b = w.value
) AS touching
CROSS JOIN related_links AS l ON l.a = touching.a AND l.b = touching.b
ORDER BY l.a, l.b

-- article_position --
-- Where an article stands in the order of arrival.
SELECT key FROM articles WHERE id = :id

-- cluster_position --
-- Where a cluster stands, or stood before it was retired.
SELECT position FROM clusters WHERE id = :id
UNION ALL
SELECT position FROM retired WHERE id = :id AND position IS NOT NULL

-- article_ids --
-- A page of articles in order of arrival.
SELECT id FROM articles WHERE key > :after ORDER BY key LIMIT :limit

-- cluster_ids --
-- A page of clusters in order of arrival.
SELECT id FROM clusters
WHERE position > :after AND size >= :min_size ORDER BY position LIMIT :limit

-- changes --
-- A page of the change log.
SELECT cursor, at, kind, subject, data FROM events
WHERE cursor > :after ORDER BY cursor LIMIT :limit

-- last_cursor --
-- The newest line of the change log.
SELECT coalesce(max(cursor), 0) FROM events

-- last_position --
-- The newest line of the index log.
SELECT coalesce(max(position), 0) FROM index_log

-- index_changes --
-- The last that happened to each key since; max() picks the row its neighbours come from.
SELECT key, op, max(position) FROM index_log
WHERE position > :after GROUP BY key ORDER BY key

-- vectors_after --
-- A stretch of vectors in order of keys.
SELECT key, vector FROM vectors WHERE key > :after ORDER BY key LIMIT :limit

-- vectors_of --
-- Vectors of some articles.
SELECT v.key, v.vector
FROM json_each(:keys) AS wanted CROSS JOIN vectors AS v ON v.key = wanted.value
ORDER BY v.key

-- sketches_after --
-- A stretch of sketches in order of keys.
SELECT key, sketch FROM profiles WHERE key > :after ORDER BY key LIMIT :limit

-- sketches_of --
-- Sketches of some articles.
SELECT p.key, p.sketch
FROM json_each(:keys) AS wanted CROSS JOIN profiles AS p ON p.key = wanted.value
ORDER BY p.key

-- without_vector --
-- Articles that wait for the encoder, in order of arrival.
SELECT id FROM articles WHERE waiting ORDER BY key LIMIT :limit

-- cached_vector --
-- A vector already paid for by an article with the same lede.
SELECT v.vector
FROM articles AS a JOIN vectors AS v ON v.key = a.key
WHERE a.lede_hash = :lede_hash LIMIT 1

-- remembered --
-- What was answered under an idempotency key.
SELECT request, response FROM idempotency WHERE key = :key

-- counts --
-- How much there is; the change log has no gaps, its newest line is its length.
SELECT
    (SELECT count(*) FROM articles) AS articles,
    (SELECT count(*) FROM clusters) AS clusters,
    (SELECT count(*) FROM stories) AS stories,
    (SELECT count(*) FROM vectors) AS vectors,
    (SELECT coalesce(max(cursor), 0) FROM events) AS events

-- insert_article --
-- A new article, not yet placed.
INSERT INTO articles (id, external_id, revision, received, stamp, lede_hash, waiting)
VALUES (:id, :external_id, 1, :received, 0, :lede_hash, 0)

-- keep_revision --
-- The text that is about to be replaced is kept.
INSERT INTO revisions (key, revision, posted)
SELECT a.key, a.revision, d.posted
FROM articles AS a
JOIN documents AS d ON d.key = a.key
JOIN versions AS v ON v.key = a.key AND v.revision = a.revision
WHERE a.key = :key AND a.revision IS NOT :by AND v.purged IS NULL

-- put_revision --
-- The text of a revision that does not represent its article.
INSERT INTO revisions (key, revision, posted) VALUES (:key, :revision, :posted)

-- delete_revision --
-- A revision has no text of its own.
DELETE FROM revisions WHERE key = :key AND revision = :revision

-- put_version --
-- What is known of a revision; one that is read anew came when it came.
INSERT INTO versions (key, revision, received, digest, version, source, chain, at, wakes)
VALUES (:key, :revision, :received, :digest, :version, :source, :chain, :at, :wakes)
ON CONFLICT (key, revision) DO UPDATE SET
    digest = excluded.digest, version = excluded.version,
    source = excluded.source, chain = excluded.chain, at = coalesce(excluded.at, at, received)

-- version --
-- What a revision says of itself.
SELECT version FROM versions WHERE key = :key AND revision = :revision

-- current_version --
-- Number of the revision that represents an article, and what it says of itself.
SELECT v.revision, v.version
FROM articles AS a JOIN versions AS v ON v.key = a.key AND v.revision = a.revision
WHERE a.key = :key

-- last_revision --
-- Number of the revision of an article that came last.
SELECT max(revision) FROM versions WHERE key = :key

-- replace_version --
-- Another revision takes the place of the one that represents.
UPDATE versions
SET replaced_by = CASE revision WHEN :by THEN NULL ELSE :by END
WHERE key = :key
    AND revision IN (:by, (SELECT revision FROM articles WHERE key = :key))

-- restate --
-- What is known of the version of a revision.
UPDATE versions SET version = :version WHERE key = :key AND revision = :revision

-- purge_version --
-- The text of a revision is removed.
UPDATE versions SET purged = :at WHERE key = :key AND revision = :revision

-- kept_revisions --
-- Every revision of an article, in order of arrival.
SELECT
    v.revision, v.received, v.digest, v.version, v.revision = a.revision,
    v.replaced_by, v.purged, v.source, v.at
FROM articles AS a JOIN versions AS v ON v.key = a.key
WHERE a.id = :id ORDER BY v.revision

-- revision_texts --
-- Texts of some revisions of an article, those that were not purged.
SELECT v.revision, coalesce(r.posted, d.posted)
FROM articles AS a
JOIN json_each(:numbers) AS wanted
JOIN versions AS v ON v.key = a.key AND v.revision = wanted.value
LEFT JOIN revisions AS r ON r.key = a.key AND r.revision = v.revision
LEFT JOIN documents AS d ON d.key = a.key AND v.revision = a.revision
WHERE a.id = :id AND v.purged IS NULL AND coalesce(r.posted, d.posted) IS NOT NULL
ORDER BY v.revision

-- waking --
-- Articles with a revision whose embargo has ended since they were last elected.
SELECT a.id
FROM versions AS v JOIN articles AS a ON a.key = v.key
WHERE v.wakes <= :now GROUP BY a.key ORDER BY min(v.wakes), a.key LIMIT :limit

-- woken --
-- The embargoes of an article that have ended were seen to.
UPDATE versions SET wakes = NULL WHERE key = :key AND wakes <= :now

-- chained --
-- Articles whose representing revision states this chain, by their time.
SELECT a.id, v.version, v.at, v.received
FROM versions AS v JOIN articles AS a ON a.key = v.key AND a.revision = v.revision
WHERE v.chain = :chain AND v.source = :source AND v.at BETWEEN :low AND :high
ORDER BY v.at, v.key

-- headlined --
-- Articles that hold these words in their title and whose representing revision states some chain.
SELECT a.id, v.version, v.at, v.received
FROM words AS w CROSS JOIN articles AS a ON a.key = w.rowid
JOIN versions AS v ON v.key = a.key AND v.revision = a.revision
WHERE w.words MATCH :words AND v.source = :source AND v.at BETWEEN :low AND :high
ORDER BY v.at, v.key

-- update_article --
-- An article was read anew.
UPDATE articles
SET external_id = :external_id, revision = :revision, lede_hash = :lede_hash
WHERE key = :key

-- put_document --
-- The current text of an article.
INSERT INTO documents (key, posted, findings) VALUES (:key, :posted, :findings)
ON CONFLICT (key) DO UPDATE SET posted = excluded.posted, findings = excluded.findings

-- put_profile --
-- The current profile of an article.
INSERT INTO profiles (key, profile, sketch) VALUES (:key, :profile, :sketch)
ON CONFLICT (key) DO UPDATE SET profile = excluded.profile, sketch = excluded.sketch

-- put_vector --
-- The current vector of an article.
INSERT INTO vectors (key, vector) VALUES (:key, :vector)
ON CONFLICT (key) DO UPDATE SET vector = excluded.vector

-- delete_vector --
-- An article has no vector any more.
DELETE FROM vectors WHERE key = :key

-- forget_vectors --
-- No article has a vector any more.
DELETE FROM vectors

-- log_all_changed --
-- Every article's place in the indexes has to be looked at again.
INSERT INTO index_log (key, op) SELECT key, 1 FROM articles ORDER BY key

-- stamp_all --
-- Every article carries its newest line of the index log and waits for the encoder.
UPDATE articles
SET waiting = lede_hash IS NOT :empty AND key NOT IN (SELECT key FROM purged),
    stamp = (SELECT max(position) FROM index_log WHERE index_log.key = articles.key)

-- log_index --
-- Something the indexes hold about an article was added, changed or removed.
INSERT INTO index_log (key, op) VALUES (:key, :op)

-- set_stamp --
-- Name the state of an article's profile, sketch and vector.
UPDATE articles SET stamp = :stamp, waiting = :waiting WHERE key = :key

-- unname_in_cluster --
-- No article of its cluster stands to this one any longer.
UPDATE articles SET cluster_relation = 'none', cluster_of = NULL, cluster_probability = NULL
WHERE cluster = (SELECT cluster FROM articles WHERE key = :key)
    AND cluster_of = (SELECT id FROM articles WHERE key = :key)

-- unname_in_story --
-- No article of its story stands to this one any longer.
UPDATE articles SET story_relation = 'none', story_of = NULL, story_probability = NULL
WHERE story = (SELECT story FROM articles WHERE key = :key)
    AND story_of = (SELECT id FROM articles WHERE key = :key)

-- delete_article --
-- An article goes, and all that hangs on its row.
DELETE FROM articles WHERE key = :key

-- forget_responses --
-- Answers that speak of a removed article are dropped; the request digest stays.
UPDATE idempotency SET response = x'' WHERE instr(response, CAST(:id AS BLOB)) > 0

-- delete_matches --
-- Verdicts on an article go.
DELETE FROM matches WHERE key = :key

-- delete_matches_with --
-- Verdicts that compare others with an article go.
DELETE FROM matches WHERE other = :key

-- insert_match --
-- A verdict on an article and a neighbour.
INSERT INTO matches (key, rank, other, verdict)
VALUES (:key, :rank, (SELECT key FROM articles WHERE id = :other), :verdict)

-- delete_links --
-- Copy links that touch an article go.
DELETE FROM copy_links WHERE a = :key OR b = :key

-- put_link --
-- Two articles share text.
INSERT INTO copy_links (a, b, overlap, a_in_b, b_in_a, p_same_text)
VALUES (
    (SELECT key FROM articles WHERE id = :a), (SELECT key FROM articles WHERE id = :b),
    :overlap, :a_in_b, :b_in_a, :p_same_text
)
ON CONFLICT (a, b) DO UPDATE SET
    overlap = excluded.overlap, a_in_b = excluded.a_in_b, b_in_a = excluded.b_in_a,
    p_same_text = excluded.p_same_text

-- retire --
-- An id is no longer in use.
INSERT INTO retired (id, merged_into, split_into, held, position, level)
VALUES (
    :id, :merged_into, :split_into, (SELECT count(*) FROM former WHERE id = :id),
    coalesce(
        (SELECT position FROM clusters WHERE id = :id),
        (SELECT position FROM stories WHERE id = :id)
    ),
    coalesce(
        (SELECT 'cluster' FROM clusters WHERE id = :id),
        (SELECT 'story' FROM stories WHERE id = :id)
    )
)
ON CONFLICT (id) DO UPDATE SET
    merged_into = excluded.merged_into, split_into = excluded.split_into, held = excluded.held

-- delete_cluster --
-- A cluster is gone.
DELETE FROM clusters WHERE id = :id

-- delete_story --
-- A story is gone.
DELETE FROM stories WHERE id = :id

-- revive --
-- An id is in use again.
DELETE FROM retired WHERE id = :id

-- remember_members --
-- Who lies in a group that is going to be retired.
INSERT OR IGNORE INTO former (id, key)
SELECT :id, key FROM articles WHERE cluster = :id
UNION ALL
SELECT :id, key FROM articles WHERE story = :id

-- forget_members --
-- An id is in use again: who lay in it before tells nothing.
DELETE FROM former WHERE id = :id

-- put_story --
-- The current state of a story.
INSERT INTO stories (id, size, independent_sources, first, last)
VALUES (:id, :size, :independent_sources, :first, :last)
ON CONFLICT (id) DO UPDATE SET
    size = excluded.size, independent_sources = excluded.independent_sources,
    first = excluded.first, last = excluded.last

-- count_cluster --
-- How many articles a cluster holds; updates of a piece count once.
UPDATE clusters SET size = (
    SELECT count(*) FROM articles WHERE cluster = :id AND cluster_relation IS NOT 'update'
)
WHERE id = :id

-- count_story --
-- How many articles a story holds; updates of a piece count once.
UPDATE stories SET size = (
    SELECT count(*) FROM articles WHERE story = :id AND cluster_relation IS NOT 'update'
)
WHERE id = :id

-- count_origins --
-- How many origins a story has, by the clusters that lie in it.
UPDATE stories SET independent_sources = (
    SELECT count(DISTINCT coalesce(
        'source ' || coalesce(
            json_extract(CAST(c.canonical AS TEXT), '$.family'),
            json_extract(CAST(c.canonical AS TEXT), '$.source')
        ),
        'text ' || c.id
    ))
    FROM clusters AS c WHERE c.story = :id
)
WHERE id = :id

-- put_cluster --
-- The current state of a cluster.
INSERT INTO clusters (id, story, size, canonical)
VALUES (:id, :story, :size, :canonical)
ON CONFLICT (id) DO UPDATE SET
    story = excluded.story, size = excluded.size, canonical = excluded.canonical

-- place --
-- Where an article lies.
UPDATE articles SET
    cluster = :cluster, story = :story,
    cluster_relation = :cluster_relation, cluster_of = :cluster_of,
    cluster_probability = :cluster_probability,
    story_relation = :story_relation, story_of = :story_of,
    story_probability = :story_probability
WHERE id = :id

-- follow_cluster --
-- Articles lie in the story of their cluster, those the plan did not name included.
UPDATE articles SET story = :story WHERE cluster = :id AND story IS NOT :story

-- unnamed --
-- Those of these groups that still hold anything, or are linked, when the rest is written.
SELECT w.value FROM json_each(:ids) AS w
WHERE EXISTS (SELECT 1 FROM articles WHERE cluster = w.value)
    OR EXISTS (SELECT 1 FROM articles WHERE story = w.value)
    OR EXISTS (SELECT 1 FROM clusters WHERE story = w.value)
    OR EXISTS (SELECT 1 FROM related_links WHERE a = w.value)
    OR EXISTS (SELECT 1 FROM related_links WHERE b = w.value)

-- move_cluster_members --
-- Whatever still lies in a retired cluster moves with it, and into the story of its heir.
UPDATE articles
SET cluster = :heir, story = (SELECT story FROM clusters WHERE id = :heir)
WHERE cluster = :id

-- move_story_members --
-- Whatever still lies in a retired story moves with it.
UPDATE articles SET story = :heir WHERE story = :id

-- move_story_clusters --
-- Whatever still lies in a retired story moves with it.
UPDATE clusters SET story = :heir WHERE story = :id

-- forget_related --
-- The links of all stories are about to be written anew.
DELETE FROM related_links

-- unlink --
-- The links of these stories among each other are about to be written anew.
DELETE FROM related_links
WHERE a IN (SELECT value FROM json_each(:ids)) AND b IN (SELECT value FROM json_each(:ids))

-- delete_related --
-- No other story is linked to this one.
DELETE FROM related_links WHERE a = :id OR b = :id

-- keep_related --
-- Two stories are linked, unless they are already.
INSERT INTO related_links (a, b, relation, probability) VALUES (:a, :b, :relation, :probability)
ON CONFLICT (a, b) DO NOTHING

-- put_related --
-- Two stories are linked and stay apart.
INSERT INTO related_links (a, b, relation, probability) VALUES (:a, :b, :relation, :probability)
ON CONFLICT (a, b) DO UPDATE SET
    relation = excluded.relation, probability = excluded.probability

-- insert_event --
-- A line of the change log.
INSERT INTO events (at, kind, subject, data) VALUES (:at, :kind, :subject, :data)

-- remember --
-- What was answered under an idempotency key.
INSERT INTO idempotency (key, request, response) VALUES (:key, :request, :response)
ON CONFLICT (key) DO UPDATE SET request = excluded.request, response = excluded.response

-- check_unplaced --
-- article {0} lies in no cluster or no story
SELECT id FROM articles WHERE cluster IS NULL OR story IS NULL

-- check_cluster_exists --
-- article {0} lies in cluster {1}, which does not exist
SELECT id, cluster FROM articles
WHERE cluster IS NOT NULL AND cluster NOT IN (SELECT id FROM clusters)

-- check_story_exists --
-- article {0} lies in story {1}, which does not exist
SELECT id, story FROM articles
WHERE story IS NOT NULL AND story NOT IN (SELECT id FROM stories)

-- check_cluster_story --
-- article {0} lies in story {1}, its cluster {2} in story {3}
SELECT a.id, a.story, c.id, c.story
FROM articles AS a JOIN clusters AS c ON c.id = a.cluster
WHERE a.story IS NOT c.story

-- check_cluster_members --
-- cluster {0} says it has size {1} and holds {2} articles
SELECT c.id, c.size, count(a.key) AS held
FROM clusters AS c LEFT JOIN articles AS a ON a.cluster = c.id
GROUP BY c.id HAVING held < c.size OR c.size < 1 OR held = 0

-- check_story_members --
-- story {0} says it has size {1} and holds {2} articles
SELECT s.id, s.size, count(a.key) AS held
FROM stories AS s LEFT JOIN articles AS a ON a.story = s.id
GROUP BY s.id HAVING held < s.size OR s.size < 1 OR held = 0

-- check_standing --
-- article {0} stands to article {1}, which does not exist
SELECT id, other FROM (
    SELECT id, cluster_of AS other FROM articles
    UNION ALL
    SELECT id, story_of FROM articles
) WHERE other IS NOT NULL AND other NOT IN (SELECT id FROM articles)

-- check_retired --
-- id {0} is retired and in use at once
SELECT id FROM retired
WHERE id IN (SELECT id FROM clusters) OR id IN (SELECT id FROM stories)

-- check_documents --
-- article {0} has no text or no profile
SELECT a.id FROM articles AS a
LEFT JOIN documents AS d ON d.key = a.key
LEFT JOIN profiles AS p ON p.key = a.key
WHERE d.key IS NULL OR p.key IS NULL

-- check_waiting --
-- article {0} has a vector and still waits for one
SELECT a.id FROM articles AS a
JOIN vectors AS v ON v.key = a.key
WHERE a.waiting

-- check_dimensions --
-- vectors have {0} different lengths
SELECT n FROM (SELECT count(DISTINCT length(vector)) AS n FROM vectors) WHERE n > 1

-- check_revisions --
-- article {0} is represented by revision {1}, which is not kept
SELECT id, revision FROM articles AS a
WHERE NOT EXISTS (SELECT 1 FROM versions AS v WHERE v.key = a.key AND v.revision = a.revision)

-- check_revision_numbers --
-- article {0} has {1} revisions, numbered up to {2}
SELECT a.id, count(*) AS n, max(v.revision) AS last
FROM versions AS v JOIN articles AS a ON a.key = v.key
GROUP BY v.key HAVING n IS NOT last

-- check_revision_texts --
-- revision {1} of article {0} has no text and was not purged
SELECT a.id, v.revision
FROM versions AS v
JOIN articles AS a ON a.key = v.key
LEFT JOIN revisions AS r ON r.key = v.key AND r.revision = v.revision
WHERE v.purged IS NULL AND v.revision IS NOT a.revision AND r.key IS NULL

-- check_revision_twice --
-- revision {1} of article {0} has a text that it should not have
SELECT a.id, r.revision
FROM revisions AS r
JOIN articles AS a ON a.key = r.key
LEFT JOIN versions AS v ON v.key = r.key AND v.revision = r.revision
WHERE v.key IS NULL OR v.purged IS NOT NULL OR r.revision = a.revision

-- several_versions --
-- What the revisions of articles that have several say of themselves, in order of arrival.
SELECT a.id, v.revision, a.revision, v.version, v.digest
FROM versions AS v JOIN articles AS a ON a.key = v.key
WHERE v.key IN (SELECT key FROM versions WHERE revision = 2)
ORDER BY v.key, v.revision

-- check_created --
-- article {0} has no article_created event
SELECT id FROM articles
WHERE id NOT IN (SELECT subject FROM events WHERE kind = 'article_created')

-- check_index_log --
-- article {0} has no line of its own in the index log
SELECT id FROM articles AS a
WHERE NOT EXISTS (
    SELECT 1 FROM index_log AS l WHERE l.position = a.stamp AND l.key = a.key AND l.op = 1
)

-- check_canonical_exists --
-- cluster {0} has canonical article {1}, which does not exist
SELECT id, canonical_id FROM (
    SELECT id, json_extract(CAST(canonical AS TEXT), '$.article_id') AS canonical_id FROM clusters
) WHERE canonical_id IS NOT NULL AND canonical_id NOT IN (SELECT id FROM articles)

-- contents --
-- Everything of an article that has to be decoded, a stretch at a time.
SELECT a.key, a.id, d.posted, d.findings, p.profile, p.sketch, v.vector
FROM articles AS a
JOIN documents AS d ON d.key = a.key
JOIN profiles AS p ON p.key = a.key
LEFT JOIN vectors AS v ON v.key = a.key
WHERE a.key > :after ORDER BY a.key LIMIT :limit

-- count_article --
-- One more article of a source was added.
INSERT INTO sources (source, articles) VALUES (:source, 1)
ON CONFLICT (source) DO UPDATE SET articles = articles + 1

-- articles_of --
-- How many articles of a source were added so far.
SELECT articles FROM sources WHERE source = :source

-- put_page --
-- What is remembered of an article to learn from.
INSERT INTO pages (key, source, day, rank, segments)
VALUES (:key, :source, :day, :rank, :segments)
ON CONFLICT (key) DO UPDATE SET
    source = excluded.source, day = excluded.day, segments = excluded.segments

-- delete_page --
-- Nothing is learned from an article.
DELETE FROM pages WHERE key = :key

-- trim_day --
-- A source is remembered by so many pages of one day.
DELETE FROM pages WHERE key IN (
    SELECT key FROM pages WHERE source = :source AND day = :day
    ORDER BY rank LIMIT -1 OFFSET :most
)

-- trim_source --
-- A source is remembered by so many pages, the oldest go first, those without a day before them.
DELETE FROM pages WHERE key IN (
    SELECT key FROM pages WHERE source = :source
    ORDER BY day DESC, rank LIMIT -1 OFFSET :most
)

-- pages --
-- The remembered pages of a source.
SELECT a.id, p.day, p.segments
FROM pages AS p CROSS JOIN articles AS a ON a.key = p.key
WHERE p.source = :source

-- paged_sources --
-- The sources that have remembered pages.
SELECT DISTINCT source FROM pages ORDER BY source

-- learned --
-- The lines in force of some sources.
SELECT f.source, f.line
FROM json_each(:sources) AS wanted CROSS JOIN furniture AS f ON f.source = wanted.value
WHERE NOT f.kept

-- furniture --
-- The learned lines of a source, the most frequent first.
SELECT line, kept, text, witnesses, articles, first, last, examples
FROM furniture WHERE source = :source ORDER BY articles DESC, line

-- forget_furniture --
-- Lines that were learned and are not any more; those a person kept stay without their text.
DELETE FROM furniture
WHERE source = :source AND NOT kept AND line NOT IN (SELECT value FROM json_each(:lines))

-- forget_texts --
-- Lines that a person kept and that recur no more are known by their hash alone.
UPDATE furniture
SET text = '', examples = '[]', witnesses = 0, articles = 0, first = NULL, last = NULL
WHERE source = :source AND line NOT IN (SELECT value FROM json_each(:lines))

-- put_furniture --
-- A line is learned, or seen again.
INSERT INTO furniture (source, line, kept, text, witnesses, articles, first, last, examples)
VALUES (:source, :line, 0, :text, :witnesses, :articles, :first, :last, :examples)
ON CONFLICT (source, line) DO UPDATE SET
    text = excluded.text, witnesses = excluded.witnesses, articles = excluded.articles,
    first = excluded.first, last = excluded.last, examples = excluded.examples

-- keep_line --
-- A person says whether a learned line is the articles' own text after all.
UPDATE furniture SET kept = :kept WHERE source = :source AND line = :line

-- forget_line --
-- A line that is not kept any more and recurs nowhere is no furniture either: its id goes too.
DELETE FROM furniture WHERE source = :source AND line = :line AND NOT kept AND articles = 0

-- put_words --
-- An article is found by these words.
INSERT INTO words (rowid, title, body) VALUES (:key, :title, :body)

-- delete_words --
-- An article is found by these words no more; they must be those it was put in with.
INSERT INTO words (words, rowid, title, body) VALUES ('delete', :key, :title, :body)

-- put_forgetting --
-- The words of a removed article are to leave the index for good.
INSERT OR IGNORE INTO forgetting (key) VALUES (:key)

-- forgetting --
-- Whether the words of removed articles still have to leave the index.
SELECT 1 FROM forgetting LIMIT 1

-- merge_words --
-- So many pages of the index are merged; a negative number begins with merging all of it into one.
INSERT INTO words (words, rank) VALUES ('merge', :pages)

-- begin_savepoint --
-- What virtual tables hold back is written down.
SAVEPOINT written_down

-- end_savepoint --
-- The transaction goes on as before.
RELEASE written_down

-- delete_forgetting --
-- No word of a removed article is left in the index.
DELETE FROM forgetting

-- put_facets --
-- What an article is listed by.
INSERT INTO facets (key, outlet, outlet_key, source_key, language)
VALUES (:key, :outlet, :outlet_key, :source_key, :language)

-- delete_facets --
-- An article is listed by nothing.
DELETE FROM facets WHERE key = :key

-- listed_text --
-- What an article's words were made of; nothing for one that is not listed.
SELECT d.posted, d.findings
FROM facets AS f JOIN documents AS d ON d.key = f.key
WHERE f.key = :key

-- unlisted --
-- Articles from before there were lists: they are listed in order of arrival.
SELECT a.key, a.id, d.posted, d.findings, p.profile, p.sketch
FROM articles AS a
JOIN documents AS d ON d.key = a.key
JOIN profiles AS p ON p.key = a.key
WHERE a.key > coalesce((SELECT max(key) FROM facets), 0)
ORDER BY a.key LIMIT :limit

-- any_unlisted --
-- Whether there is an article from before there were lists.
SELECT 1 FROM articles WHERE key > coalesce((SELECT max(key) FROM facets), 0) LIMIT 1

-- stories_by_words --
-- Stories with an article that holds these words.
SELECT DISTINCT a.story
FROM words AS w CROSS JOIN articles AS a ON a.key = w.rowid
WHERE w.words MATCH :value AND a.story IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM withheld AS x
        WHERE :now IS NOT NULL AND x.key = a.key
            AND x.released IS NULL AND (x.until IS NULL OR x.until > :now)
    )
LIMIT :limit

-- stories_by_outlet --
-- Stories with an article of this outlet.
SELECT DISTINCT a.story
FROM facets AS f CROSS JOIN articles AS a ON a.key = f.key
WHERE (f.outlet_key = :value OR f.source_key = :value) AND a.story IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM withheld AS x
        WHERE :now IS NOT NULL AND x.key = a.key
            AND x.released IS NULL AND (x.until IS NULL OR x.until > :now)
    )
LIMIT :limit

-- stories_by_language --
-- Stories with an article in this language.
SELECT DISTINCT a.story
FROM facets AS f CROSS JOIN articles AS a ON a.key = f.key
WHERE f.language = :value AND a.story IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM withheld AS x
        WHERE :now IS NOT NULL AND x.key = a.key
            AND x.released IS NULL AND (x.until IS NULL OR x.until > :now)
    )
LIMIT :limit

-- story_asked --
-- What is asked of a story s, where it is asked: stands in the two statements below.
+s.size BETWEEN :min_size AND :max_size
AND (:since IS NULL OR s.last >= :since) AND (:until IS NULL OR s.first <= :until)
AND (:outlet IS NULL OR EXISTS (
    SELECT 1 FROM articles AS a CROSS JOIN facets AS f ON f.key = a.key
    WHERE a.story = s.id AND (f.outlet_key = :outlet OR f.source_key = :outlet)
        AND NOT EXISTS (
            SELECT 1 FROM withheld AS x
            WHERE :now IS NOT NULL AND x.key = a.key
                AND x.released IS NULL AND (x.until IS NULL OR x.until > :now)
        )
))
AND (:language IS NULL OR EXISTS (
    SELECT 1 FROM articles AS a CROSS JOIN facets AS f ON f.key = a.key
    WHERE a.story = s.id AND f.language = :language
        AND NOT EXISTS (
            SELECT 1 FROM withheld AS x
            WHERE :now IS NOT NULL AND x.key = a.key
                AND x.released IS NULL AND (x.until IS NULL OR x.until > :now)
        )
))
AND (:words IS NULL OR EXISTS (
    SELECT 1 FROM articles AS a
    WHERE a.story = s.id AND +a.key IN (SELECT rowid FROM words WHERE words MATCH :words)
        AND NOT EXISTS (
            SELECT 1 FROM withheld AS x
            WHERE :now IS NOT NULL AND x.key = a.key
                AND x.released IS NULL AND (x.until IS NULL OR x.until > :now)
        )
))
AND (:now IS NULL OR s.id NOT IN (
    SELECT a.story FROM withheld AS x CROSS JOIN articles AS a ON a.key = x.key
    WHERE a.story IS NOT NULL AND x.released IS NULL AND (x.until IS NULL OR x.until > :now)
        AND NOT EXISTS (
            SELECT 1 FROM articles AS b
            WHERE b.story = a.story AND NOT EXISTS (
                SELECT 1 FROM withheld AS y
                WHERE y.key = b.key
                    AND y.released IS NULL AND (y.until IS NULL OR y.until > :now)
            )
        )
))

-- stories_in_order --
-- A page of the stories that meet all conditions, gone through in their order; + keeps the index of
-- the order the one that is used.
SELECT s.id, s.size, s.independent_sources, s.first, s.last, {by}, s.position
FROM stories AS s
WHERE
    {by} <= :value AND ({by} < :value OR s.position < :position)
    AND {asked}
ORDER BY {by} DESC, s.position DESC LIMIT :limit

-- stories_among --
-- A page of those of these stories that meet all other conditions.
SELECT s.id, s.size, s.independent_sources, s.first, s.last, {by}, s.position
FROM json_each(:among) AS wanted
CROSS JOIN stories AS s ON s.id = wanted.value
WHERE
    ({by} < :value OR ({by} = :value AND s.position < :position))
    AND {asked}
ORDER BY {by} DESC, s.position DESC LIMIT :limit

-- held --
-- The articles of stories, in order of arrival.
SELECT
    a.story, a.key, a.id, a.cluster,
    a.id IS json_extract(CAST(c.canonical AS TEXT), '$.article_id')
FROM json_each(:ids) AS wanted
CROSS JOIN articles AS a ON a.story = wanted.value
CROSS JOIN clusters AS c ON c.id = a.cluster
ORDER BY wanted.id, a.key

-- shares --
-- Whose articles stories hold, by cluster and outlet.
SELECT
    a.story, a.cluster, min(f.outlet),
    json_extract(CAST(c.canonical AS TEXT), '$.source'),
    json_extract(CAST(c.canonical AS TEXT), '$.family'),
    json_extract(CAST(c.canonical AS TEXT), '$.in_index'),
    count(*)
FROM json_each(:ids) AS wanted
CROSS JOIN articles AS a ON a.story = wanted.value
CROSS JOIN clusters AS c ON c.id = a.cluster
LEFT JOIN facets AS f ON f.key = a.key
GROUP BY wanted.id, a.cluster, f.outlet_key
ORDER BY wanted.id, min(a.key)

-- languages --
-- How many articles of a story state each language.
SELECT coalesce(f.language, ''), count(*)
FROM articles AS a LEFT JOIN facets AS f ON f.key = a.key
WHERE a.story = :story
GROUP BY 1 ORDER BY 2 DESC, 1

-- check_listed --
-- article {0} cannot be found in any list
SELECT id FROM articles WHERE key NOT IN (SELECT key FROM facets)

-- articles_added --
-- How many articles were stored so far, removed ones included.
SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'articles'

-- stories_of --
-- Stories of articles in order of their ids, which are hashes: in no order of time or subject.
SELECT id, story FROM articles
WHERE id > :after AND story IS NOT NULL ORDER BY id LIMIT :limit

-- frequencies_known --
-- Number of the newest snapshot, and how many articles had been stored until then.
SELECT coalesce(max(number), 0), coalesce(max(added), 0) FROM frequencies

-- frequencies --
-- The newest snapshot.
SELECT at, stories, added, position, keys, counts
FROM frequencies ORDER BY number DESC LIMIT 1

-- forget_frequencies --
-- There is no snapshot.
DELETE FROM frequencies

-- put_frequencies --
-- A snapshot of how common terms are.
INSERT INTO frequencies (at, stories, added, position, keys, counts)
VALUES (:at, :stories, :added, :position, :keys, :counts)

-- check_frequencies --
-- the counted frequencies hold {0} bytes of terms and {1} of counts; run `samestory frequencies --update`
SELECT length(keys), length(counts) FROM frequencies
WHERE length(keys) IS NOT 2 * length(counts) OR length(keys) % 8

-- any_withheld --
-- Whether anything is or was withheld.
SELECT 1 FROM withheld LIMIT 1

-- withheld_of --
-- Every record of some articles.
SELECT a.id, w.status, w.origin, w.since, w.until, w.purge_at, w.released, w.reason, w.ordered_by,
    w.at, w.version
FROM json_each(:ids) AS wanted
CROSS JOIN articles AS a ON a.id = wanted.value
CROSS JOIN withheld AS w ON w.key = a.key
ORDER BY wanted.id, w.since

-- withheld_in --
-- Every record of the articles of some clusters, in order of arrival.
SELECT a.id, w.status, w.origin, w.since, w.until, w.purge_at, w.released, w.reason, w.ordered_by,
    w.at, w.version
FROM json_each(:ids) AS wanted
CROSS JOIN articles AS a ON a.cluster = wanted.value
CROSS JOIN withheld AS w ON w.key = a.key
ORDER BY wanted.id, a.key, w.since

-- carriers --
-- The records of what carries a killed article, in order of arrival.
SELECT a.id, w.status, w.origin, w.since, w.until, w.purge_at, w.released, w.reason, w.ordered_by,
    w.at, w.version
FROM withheld AS w CROSS JOIN articles AS a ON a.key = w.key
WHERE w.origin = :origin AND w.origin <> ''
ORDER BY a.key

-- unflagged --
-- Articles that lie in one of these clusters with a killed one and were not judged for it yet.
SELECT m.id, k.id
FROM withheld AS w
CROSS JOIN articles AS k ON k.key = w.key
CROSS JOIN articles AS m ON m.cluster = k.cluster AND m.key <> k.key
WHERE w.status = 'canceled' AND w.released IS NULL
    AND k.cluster IN (SELECT value FROM json_each(:ids))
    AND NOT EXISTS (SELECT 1 FROM withheld AS x WHERE x.key = m.key AND x.status = 'canceled')
    AND NOT EXISTS (SELECT 1 FROM withheld AS x WHERE x.key = m.key AND x.origin = k.id)
ORDER BY k.key, m.key

-- to_purge --
-- Records whose text is to go by now.
SELECT a.id, w.status, w.origin, w.since, w.until, w.purge_at, w.released, w.reason, w.ordered_by,
    w.at, w.version
FROM withheld AS w CROSS JOIN articles AS a ON a.key = w.key
WHERE w.purge_at IS NOT NULL AND w.purge_at <= :now AND w.released IS NULL
ORDER BY w.purge_at LIMIT :limit

-- aged --
-- Revisions received before an hour that have a text; one that represents only where no younger
-- one of its article has.
SELECT a.id, v.revision, v.revision = a.revision
FROM versions AS v CROSS JOIN articles AS a ON a.key = v.key
WHERE
    v.purged IS NULL AND coalesce(v.received, 0) < :before
    AND coalesce(v.received, a.received) < :before
    AND (v.revision <> a.revision OR NOT EXISTS (
        SELECT 1 FROM versions AS n
        WHERE n.key = v.key AND n.purged IS NULL AND coalesce(n.received, a.received) >= :before
    ))
ORDER BY coalesce(v.received, 0), v.key, v.revision LIMIT :limit

-- to_lift --
-- Embargoes that have ended by now.
SELECT a.id, w.status, w.origin, w.since, w.until, w.purge_at, w.released, w.reason, w.ordered_by,
    w.at, w.version
FROM withheld AS w CROSS JOIN articles AS a ON a.key = w.key
WHERE w.until IS NOT NULL AND w.until <= :now
ORDER BY w.until LIMIT :limit

-- withheld_counts --
-- How many articles each status keeps from being shown.
SELECT w.status, count(DISTINCT w.key) FROM withheld AS w
WHERE w.released IS NULL AND (w.until IS NULL OR w.until > :now)
GROUP BY w.status

-- purged_count --
-- How many texts are gone.
SELECT count(*) FROM purged

-- purged --
-- What is kept of texts that are gone.
SELECT a.id, p.shingles
FROM json_each(:ids) AS wanted
CROSS JOIN articles AS a ON a.id = wanted.value
CROSS JOIN purged AS p ON p.key = a.key

-- orders --
-- What is ordered about this.
SELECT target, source, outlet, status, notice, at, until, reason, version FROM orders
WHERE target = :target

-- put_order --
-- A kill or a hold is remembered.
INSERT INTO orders (target, source, outlet, status, notice, at, until, reason, version)
VALUES (:target, :source, :outlet, :status, :notice, :at, :until, :reason, :version)
ON CONFLICT (target, source, status) DO UPDATE SET
    outlet = excluded.outlet, notice = excluded.notice, at = excluded.at, until = excluded.until,
    reason = excluded.reason, version = excluded.version

-- delete_order --
-- Nothing is ordered about this any more.
DELETE FROM orders WHERE target = :target

-- withhold --
-- A record about an article.
INSERT INTO withheld (
    key, status, origin, since, until, purge_at, released, reason, ordered_by, at, version
)
VALUES (
    (SELECT key FROM articles WHERE id = :id), :status, :origin, :since, :until, :purge_at,
    :released, :reason, :by, :at, :version
)
ON CONFLICT (key, status, origin) DO UPDATE SET
    since = excluded.since, until = excluded.until, purge_at = excluded.purge_at,
    released = excluded.released, reason = excluded.reason, ordered_by = excluded.ordered_by,
    at = excluded.at, version = excluded.version

-- unwithhold --
-- A record about an article goes.
DELETE FROM withheld
WHERE key = (SELECT key FROM articles WHERE id = :id) AND status = :status AND origin = :origin

-- forget_answers --
-- Answers that speak of these articles are dropped; the request digests stay.
UPDATE idempotency SET response = x''
WHERE EXISTS (
    SELECT 1 FROM json_each(:ids) AS named
    WHERE instr(idempotency.response, CAST(named.value AS BLOB)) > 0
)

-- answers --
-- A stretch of the kept answers.
SELECT rowid, response FROM idempotency WHERE rowid > :after ORDER BY rowid LIMIT :limit

-- forget_answer --
-- An answer is dropped; the request digest stays.
UPDATE idempotency SET response = x'' WHERE rowid = :row

-- purgeable --
-- Where an article's words stand.
SELECT d.posted, d.findings, p.profile, p.sketch
FROM documents AS d JOIN profiles AS p ON p.key = d.key
WHERE d.key = :key

-- delete_revisions --
-- No revision has a text of its own.
DELETE FROM revisions WHERE key = :key

-- versions_of --
-- What the revisions of an article say of themselves.
SELECT revision, version FROM versions WHERE key = :key

-- purge_versions --
-- The text of a revision is gone, and so are the words it is known by.
UPDATE versions SET purged = coalesce(purged, :at), version = :version, chain = NULL
WHERE key = :key AND revision = :revision

-- cluster_of --
-- The cluster an article lies in, with its canonical.
SELECT c.id, c.canonical
FROM articles AS a JOIN clusters AS c ON c.id = a.cluster
WHERE a.key = :key

-- put_canonical --
-- What a cluster comes from, told anew.
UPDATE clusters SET canonical = :canonical WHERE id = :id

-- canonical_events --
-- The changes of a cluster's canonical.
SELECT cursor, data FROM events WHERE kind = 'canonical_changed' AND subject = :subject

-- put_event_data --
-- An event tells less than it did.
UPDATE events SET data = :data WHERE cursor = :cursor

-- put_purged --
-- A text is gone.
INSERT INTO purged (key, at, shingles) VALUES (:key, :at, :shingles)
ON CONFLICT (key) DO UPDATE SET at = excluded.at, shingles = excluded.shingles

-- unpurge --
-- An article has a text again.
DELETE FROM purged WHERE key = :key

-- purge_marks --
-- The text of an article does not have to be purged once more.
UPDATE withheld SET purge_at = NULL WHERE key = :key

-- check_killed_copies --
-- article {0} lies in cluster {2} with the killed article {1} and is neither flagged nor released
SELECT m.id, k.id, m.cluster
FROM withheld AS w
CROSS JOIN articles AS k ON k.key = w.key
CROSS JOIN articles AS m ON m.cluster = k.cluster AND m.key <> k.key
WHERE w.status = 'canceled' AND w.released IS NULL
    AND NOT EXISTS (SELECT 1 FROM withheld AS x WHERE x.key = m.key AND x.status = 'canceled')
    AND NOT EXISTS (SELECT 1 FROM withheld AS x WHERE x.key = m.key AND x.origin = k.id)

-- check_purged --
-- article {0} is purged and still has text
SELECT a.id FROM purged AS p
CROSS JOIN articles AS a ON a.key = p.key
CROSS JOIN documents AS d ON d.key = p.key
WHERE coalesce(json_extract(CAST(d.posted AS TEXT), '$.title'), '') <> ''
    OR coalesce(json_extract(CAST(d.posted AS TEXT), '$.body'), '') <> ''

-- members_after --
-- A stretch of placed articles in order of keys, with what judging needs to know of them.
SELECT
    p.profile, p.sketch, v.vector,
    a.key, a.id, a.stamp, a.received,
    a.cluster, a.story,
    a.cluster_relation, a.cluster_of, a.cluster_probability,
    a.story_relation, a.story_of, a.story_probability
FROM articles AS a
CROSS JOIN profiles AS p ON p.key = a.key
LEFT JOIN vectors AS v ON v.key = a.key
WHERE a.key > :after AND a.cluster IS NOT NULL ORDER BY a.key LIMIT :limit

-- stamps --
-- The state of every placed article's profile, sketch and vector.
SELECT key, stamp FROM articles WHERE cluster IS NOT NULL ORDER BY key

-- clusters_after --
-- A stretch of clusters in order of their making.
SELECT position, id, story, size, canonical FROM clusters
WHERE position > :after ORDER BY position LIMIT :limit

-- stories_after --
-- A stretch of stories in order of their making.
SELECT position, id, size, independent_sources, first, last FROM stories
WHERE position > :after ORDER BY position LIMIT :limit

-- links_after --
-- A stretch of copy links.
SELECT l.a, l.b, a.id, b.id, l.overlap, l.a_in_b, l.b_in_a, l.p_same_text
FROM copy_links AS l
CROSS JOIN articles AS a ON a.key = l.a
CROSS JOIN articles AS b ON b.key = l.b
WHERE (l.a, l.b) > (:after, :then) ORDER BY l.a, l.b LIMIT :limit

-- related_after --
-- A stretch of links between stories.
SELECT a, b, relation, probability FROM related_links
WHERE (a, b) > (:after, :then) ORDER BY a, b LIMIT :limit

-- received_since --
-- Articles that came or were revised at an hour or later.
SELECT id FROM articles
WHERE received >= :hours OR key IN (SELECT key FROM versions WHERE received >= :hours)
ORDER BY id

-- forget_link --
-- Two articles share text no more.
DELETE FROM copy_links
WHERE a = (SELECT key FROM articles WHERE id = :a) AND b = (SELECT key FROM articles WHERE id = :b)

-- nights --
-- The last nights, the newest first.
SELECT number, started, finished, state, since, articles, churn, error
FROM nights ORDER BY number DESC LIMIT :limit

-- night --
-- One night.
SELECT number, started, finished, state, since, articles, churn, error
FROM nights WHERE number = :number

-- begin_night --
-- A night stands in the record.
INSERT INTO nights (started, finished, state, since, articles, churn, error)
VALUES (:started, :finished, :state, :since, :articles, :churn, :error)

-- end_night --
-- What is known of a night.
UPDATE nights SET
    started = :started, finished = :finished, state = :state, since = :since,
    articles = :articles, churn = :churn, error = :error
WHERE number = :number

-- undo --
-- What takes a night back.
SELECT night, record FROM undo

-- drop_undo --
-- No night can be taken back.
DELETE FROM undo

-- keep_undo --
-- This takes a night back.
INSERT INTO undo (night, record) VALUES (:number, :undo)

-- insert_lineage --
-- Members of one group are another's.
INSERT INTO lineage (at, night, old, new, articles, retired)
VALUES (:at, :night, :old, :new, :articles, :retired)

-- lineage --
-- What passed from or to a group, the oldest first.
SELECT at, night, old, new, articles, retired FROM lineage
WHERE position IN (
    SELECT position FROM lineage WHERE old = :id
    UNION
    SELECT position FROM lineage WHERE new = :id
)
ORDER BY position LIMIT :limit OFFSET :skip

-- level_of --
-- What an id is or was of.
SELECT 'cluster' FROM clusters WHERE id = :id
UNION ALL
SELECT 'story' FROM stories WHERE id = :id
UNION ALL
SELECT level FROM retired WHERE id = :id AND level IS NOT NULL

-- heirs --
-- The retired ids on every way from this one, and where each leads; UNION ends a circle.
WITH RECURSIVE way (id) AS (
    SELECT :id
    UNION
    SELECT heir.value
    FROM way
    CROSS JOIN retired AS r ON r.id = way.id
    CROSS JOIN json_each(
        CASE r.split_into WHEN '[]' THEN json_array(r.merged_into) ELSE r.split_into END
    ) AS heir
    WHERE heir.value IS NOT NULL
)
SELECT r.id, r.merged_into, r.split_into, r.held
FROM way CROSS JOIN retired AS r ON r.id = way.id

-- holders --
-- The groups that hold who lay in a retired one, most of them first.
SELECT CASE r.level WHEN 'cluster' THEN a.cluster ELSE a.story END AS holder
FROM retired AS r
CROSS JOIN former AS f ON f.id = r.id
CROSS JOIN articles AS a ON a.key = f.key
WHERE r.id = :id
GROUP BY holder
ORDER BY count(*) DESC, holder

-- in_use --
-- Those of these ids that are in use, in the order asked.
SELECT value FROM json_each(:ids)
WHERE value IN (SELECT id FROM clusters) OR value IN (SELECT id FROM stories)
ORDER BY key

-- check_lives_on --
-- id {0} is retired and lives on in {1}, which never was
SELECT r.id, heir.value
FROM retired AS r
CROSS JOIN json_each(
    CASE r.split_into WHEN '[]' THEN json_array(r.merged_into) ELSE r.split_into END
) AS heir
WHERE heir.value IS NOT NULL
    AND heir.value NOT IN (SELECT id FROM retired)
    AND heir.value NOT IN (SELECT id FROM clusters)
    AND heir.value NOT IN (SELECT id FROM stories)

-- check_split_into --
-- id {0} is retired, lives on in {1} and is said to have gone to {2} for the most part
SELECT id, split_into, merged_into FROM retired
WHERE split_into <> '[]'
    AND merged_into IS NOT (SELECT value FROM json_each(split_into) LIMIT 1)

-- check_lineage --
-- the lineage has a line from {0} to {1}, and there never was a {2}
SELECT l.old, l.new, ends.value
FROM lineage AS l CROSS JOIN json_each(json_array(l.old, l.new)) AS ends
WHERE ends.value NOT IN (SELECT id FROM retired)
    AND ends.value NOT IN (SELECT id FROM clusters)
    AND ends.value NOT IN (SELECT id FROM stories)

-- check_lineage_count --
-- the lineage has a line from {0} to {1} of {2} articles
SELECT old, new, articles FROM lineage WHERE articles < 1 OR old = new

-- check_undo --
-- there is something that takes back night {0}, which is not the last one applied
SELECT night FROM undo
WHERE night IS NOT (SELECT max(number) FROM nights WHERE state = 'applied')

-- any_constraint --
-- Whether anything is ordered at all.
SELECT 1 FROM constraints LIMIT 1

-- constraint --
-- One order.
SELECT id, kind, level, a, b, "by", at, why FROM constraints WHERE id = :id

-- constraint_position --
-- Where an order stands.
SELECT position FROM constraints WHERE id = :id

-- constraints_of --
-- Every order about some articles, in the order they were given.
SELECT id, kind, level, a, b, "by", at, why FROM constraints
WHERE position IN (
    SELECT c.position
    FROM json_each(:ids) AS wanted CROSS JOIN constraints AS c ON c.a = wanted.value
    UNION
    SELECT c.position
    FROM json_each(:ids) AS wanted CROSS JOIN constraints AS c ON c.b = wanted.value
)
ORDER BY position

-- constraints_after --
-- A page of the orders, or of those about an article, of a kind, of a level.
SELECT id, kind, level, a, b, "by", at, why FROM constraints
WHERE position > :after AND (:article IS NULL OR a = :article OR b = :article)
    AND (:kind IS NULL OR kind = :kind) AND (:level IS NULL OR level = :level)
ORDER BY position LIMIT :limit

-- ordered_in --
-- Articles of some stories that an order is about.
SELECT DISTINCT x.id
FROM constraints AS c
CROSS JOIN articles AS x ON x.id IN (c.a, c.b)
WHERE x.story IN (SELECT value FROM json_each(:ids))
ORDER BY x.id

-- insert_constraint --
-- An order is in force.
INSERT INTO constraints (id, kind, level, a, b, "by", at, why)
VALUES (:id, :kind, :level, :a, :b, :by, :at, :why)

-- delete_constraint --
-- An order is gone.
DELETE FROM constraints WHERE id = :id

-- check_constraint --
-- order {0} is about two articles that are {1} and {2}, out of order
SELECT id, a, b FROM constraints WHERE b <= a OR (b IS NULL) <> (kind = 'pinned_canonical')
