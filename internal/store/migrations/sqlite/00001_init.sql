-- +goose Up

-- Numbers that must never go back: the newest article ID, the watcher's cursor, the newest version
-- of the subscriptions.
CREATE TABLE counters (
	name  TEXT PRIMARY KEY,
	value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('articles', 0), ('cursor', 0), ('version', 0);

CREATE TABLE sources (
	name          TEXT PRIMARY KEY,
	kind          TEXT NOT NULL,
	url           TEXT NOT NULL DEFAULT '',
	title         TEXT NOT NULL DEFAULT '',
	configured    INTEGER NOT NULL DEFAULT 0,
	added         INTEGER NOT NULL,
	articles      INTEGER NOT NULL DEFAULT 0,
	etag          BLOB NOT NULL DEFAULT x'', -- bytes of a server, not text
	last_modified BLOB NOT NULL DEFAULT x'',
	body_hash     TEXT NOT NULL DEFAULT '',
	next_fetch    INTEGER NOT NULL DEFAULT 0,
	last_try      INTEGER NOT NULL DEFAULT 0,
	last_success  INTEGER NOT NULL DEFAULT 0,
	failures      INTEGER NOT NULL DEFAULT 0,
	error         TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE UNIQUE INDEX sources_url ON sources (url) WHERE kind = 'feed';

-- IDs come from counters, because time_key contains them.
CREATE TABLE articles (
	id         INTEGER PRIMARY KEY,
	time_key   INTEGER NOT NULL UNIQUE,
	source     TEXT NOT NULL,
	guid       TEXT NOT NULL,
	url        TEXT NOT NULL,
	title      TEXT NOT NULL,
	summary    TEXT NOT NULL,
	authors    TEXT NOT NULL, -- JSON list
	tags       TEXT NOT NULL, -- JSON list
	image      TEXT NOT NULL,
	lang       TEXT NOT NULL,
	urgency    INTEGER NOT NULL,
	published  INTEGER NOT NULL,
	date_only  INTEGER NOT NULL,
	updated    INTEGER NOT NULL,
	embargo    INTEGER NOT NULL,
	status     TEXT NOT NULL,
	revision   INTEGER NOT NULL,
	first_seen INTEGER NOT NULL,
	UNIQUE (source, guid)
);
CREATE INDEX articles_url ON articles (url, time_key) WHERE url <> '';

CREATE TABLE revisions (
	seq        INTEGER PRIMARY KEY AUTOINCREMENT,
	article_id INTEGER NOT NULL REFERENCES articles (id),
	revision   INTEGER NOT NULL,
	at         INTEGER NOT NULL,
	snapshot   TEXT, -- JSON; NULL while articles holds this revision
	UNIQUE (article_id, revision)
);

-- Its rowid is articles.time_key. The ascii tokenizer splits at ASCII that is neither letter nor
-- digit and nowhere else, so what comes in as tokens joined by spaces stays those tokens.
CREATE VIRTUAL TABLE search USING fts5 (
	title, summary, authors, tags, source, lang,
	content = '', contentless_delete = 1, tokenize = 'ascii'
);

CREATE TABLE targets (
	id            INTEGER PRIMARY KEY AUTOINCREMENT,
	platform      TEXT NOT NULL,
	space         TEXT NOT NULL,
	chat          TEXT NOT NULL,
	thread        TEXT NOT NULL,
	suspended     TEXT NOT NULL DEFAULT '', -- why; empty if it is not
	suspended_at  INTEGER NOT NULL DEFAULT 0,
	rejected      INTEGER NOT NULL DEFAULT 0,
	last_rejected TEXT NOT NULL DEFAULT '',
	last_sent     INTEGER NOT NULL DEFAULT 0,
	last_lag      INTEGER NOT NULL DEFAULT 0,
	UNIQUE (platform, chat, thread, space)
);
CREATE INDEX targets_space ON targets (platform, space);
CREATE INDEX targets_suspended ON targets (id) WHERE suspended <> '';

CREATE TABLE subscriptions (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	target_id  INTEGER NOT NULL REFERENCES targets (id),
	number     INTEGER NOT NULL,
	filter     TEXT NOT NULL,
	filter_key TEXT NOT NULL, -- the filter as it is compared
	after      INTEGER NOT NULL,
	created    INTEGER NOT NULL,
	created_by TEXT NOT NULL,
	ended      INTEGER NOT NULL DEFAULT 0,
	version    INTEGER NOT NULL
);
CREATE UNIQUE INDEX subscriptions_number ON subscriptions (target_id, number) WHERE ended = 0;
CREATE UNIQUE INDEX subscriptions_filter ON subscriptions (target_id, filter_key) WHERE ended = 0;
CREATE INDEX subscriptions_target ON subscriptions (target_id);
CREATE INDEX subscriptions_version ON subscriptions (version);

-- revision is 0 for the one post that a target gets of an article, and otherwise the revision that
-- calls for an edit or a withdrawal. rank is 0 for urgent, 1 for the rest. state is one of package
-- bot's, or 'embargoed': it becomes pending when it is due. Without foreign keys: both parents are
-- read by the statement that inserts, and checking 100,000 rows twice is a third of a fan-out.
CREATE TABLE deliveries (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	article_id INTEGER NOT NULL,
	target_id  INTEGER NOT NULL,
	revision   INTEGER NOT NULL,
	action     TEXT NOT NULL,
	state      TEXT NOT NULL,
	rank       INTEGER NOT NULL,
	due        INTEGER NOT NULL,
	enqueued   INTEGER NOT NULL,
	attempts   INTEGER NOT NULL DEFAULT 0,
	settled    INTEGER NOT NULL DEFAULT 0,
	reason     TEXT NOT NULL DEFAULT '',
	message_id TEXT NOT NULL DEFAULT '',
	chat       TEXT NOT NULL DEFAULT '',
	UNIQUE (article_id, target_id, revision)
);
CREATE INDEX deliveries_pending ON deliveries (target_id, rank, id) WHERE state = 'pending';
CREATE INDEX deliveries_held ON deliveries (target_id) WHERE state = 'held';
CREATE INDEX deliveries_embargoed ON deliveries (due) WHERE state = 'embargoed';
CREATE INDEX deliveries_embargoed_target ON deliveries (target_id) WHERE state = 'embargoed';

-- One row for each target that has pending deliveries and is not suspended. ready_at is when it may
-- be claimed: when it came into the queue, or the end of a lease or of a wait.
CREATE TABLE queue (
	target_id INTEGER PRIMARY KEY,
	platform  TEXT NOT NULL,
	rank      INTEGER NOT NULL,
	ready_at  INTEGER NOT NULL,
	lease     INTEGER NOT NULL
);
CREATE INDEX queue_ready ON queue (platform, rank, ready_at);

CREATE TABLE state (
	name  TEXT PRIMARY KEY,
	value TEXT NOT NULL
) WITHOUT ROWID;

-- A handled update stays for a while without its body, so that it is known when it comes again.
CREATE TABLE inbox (
	received INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of arrival; IDs may start anew
	platform TEXT NOT NULL,
	id       INTEGER NOT NULL,
	body     BLOB,
	handled  INTEGER NOT NULL DEFAULT 0,
	UNIQUE (platform, id)
);
CREATE INDEX inbox_unhandled ON inbox (platform, received) WHERE handled = 0;
CREATE INDEX inbox_handled ON inbox (platform, handled) WHERE handled > 0;
CREATE TABLE inbox_offsets (
	platform TEXT PRIMARY KEY,
	next     INTEGER NOT NULL
) WITHOUT ROWID;
