-- Texts are found by when they were received; of some old revisions that is not known.
CREATE INDEX versions_by_age ON versions (coalesce(received, 0)) WHERE purged IS NULL;
