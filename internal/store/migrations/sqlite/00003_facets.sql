-- +goose Up

-- What people may type after author:, tag:, source: and lang:. A value has a row for each of its words that somebody may
-- begin with.
CREATE TABLE facets (
	field    TEXT NOT NULL,
	start    TEXT NOT NULL, -- the value from that word on, folded
	value    TEXT NOT NULL,
	articles INTEGER NOT NULL, -- how many came with it
	PRIMARY KEY (field, start, value)
) WITHOUT ROWID;
CREATE INDEX facets_frequent ON facets (field, articles);

-- Articles from before have one row for a value.
INSERT INTO facets (field, start, value, articles)
SELECT 'author', lower(list.value), list.value, count(*)
FROM articles AS a, json_each(a.authors) AS list
GROUP BY list.value;
INSERT INTO facets (field, start, value, articles)
SELECT 'tag', lower(list.value), list.value, count(*)
FROM articles AS a, json_each(a.tags) AS list
GROUP BY list.value;
INSERT INTO facets (field, start, value, articles)
SELECT 'source', lower(source), source, count(*)
FROM articles
GROUP BY source;
INSERT INTO facets (field, start, value, articles)
SELECT 'lang', lower(lang), lang, count(*)
FROM articles
GROUP BY lang;

-- The few articles that may be hidden from an audience.
CREATE INDEX articles_hidden ON articles (time_key, status, embargo) WHERE status = 'withdrawn' OR embargo > 0;

-- Finds the article of a message that somebody points at.
CREATE INDEX deliveries_message ON deliveries (target_id, message_id) WHERE message_id <> '';
