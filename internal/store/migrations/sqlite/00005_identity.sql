-- +goose Up

-- quiet and further are package bot's. story is the ID of the first article of a story, in all its
-- articles; also names the others. tellings is who else tells the article and a hash of what each told last.
ALTER TABLE articles ADD COLUMN quiet TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN story INTEGER NOT NULL DEFAULT 0;
ALTER TABLE articles ADD COLUMN also TEXT NOT NULL DEFAULT '[]'; -- JSON list
ALTER TABLE articles ADD COLUMN tellings TEXT NOT NULL DEFAULT '[]'; -- JSON list
CREATE INDEX articles_story ON articles (story, id) WHERE story <> 0;
CREATE INDEX articles_held ON articles (source, id) WHERE quiet = 'held';

-- Every name an article has been seen under: the first 64 bits of a hash of it. With a million articles of
-- four names each, the odds that any two names share one are one in two million. The program fills in those
-- of articles that were there before: the counter says how far it has come.
CREATE TABLE aliases (
	key        INTEGER PRIMARY KEY,
	article_id INTEGER NOT NULL
);
INSERT INTO counters (name, value) VALUES ('aliased', 0);

-- Pairs of neighbors in recent titles, hashed, to find titles that are alike.
CREATE TABLE title_pairs (
	pair       INTEGER NOT NULL,
	article_id INTEGER NOT NULL,
	at         INTEGER NOT NULL,
	PRIMARY KEY (pair, article_id)
) WITHOUT ROWID;
CREATE INDEX title_pairs_at ON title_pairs (at);

-- How a feed's new articles use to come: added tells the source from another that had its name.
CREATE TABLE arrivals (
	source  TEXT PRIMARY KEY,
	added   INTEGER NOT NULL,
	newest  INTEGER NOT NULL, -- when its newest article was published
	batches TEXT NOT NULL     -- JSON list of how many came at once, the last times
) WITHOUT ROWID;

CREATE TABLE publications (
	key    TEXT PRIMARY KEY,
	digest TEXT NOT NULL,
	answer TEXT NOT NULL, -- JSON
	at     INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX publications_at ON publications (at);

ALTER TABLE subscriptions ADD COLUMN stories TEXT NOT NULL DEFAULT '';
