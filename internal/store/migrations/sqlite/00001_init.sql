-- Numbers that must never go back: the newest ID of a public article and of a private one, the watcher's cursor, the newest version of the
-- subscriptions, the last ID of a delivery that was given or kept free, how many public articles were pruned, and how many sends may have arrived though
-- it can't be known.
CREATE TABLE counters (
	name  TEXT PRIMARY KEY,
	value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES
	('articles', 0), ('private articles', 0), ('cursor', 0), ('version', 0), ('deliveries', 0), ('uncertain', 0), ('pruned', 0);

-- The places that have, or had, sources of their own. What is public has owner 0.
CREATE TABLE owners (
	id    INTEGER PRIMARY KEY AUTOINCREMENT,
	place TEXT NOT NULL UNIQUE -- package bot's
);

-- name is the source's ID. label is what people call it; empty if that is the same.
CREATE TABLE sources (
	name          TEXT PRIMARY KEY,
	owner         INTEGER NOT NULL DEFAULT 0,
	label         TEXT NOT NULL DEFAULT '',
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
	error         TEXT NOT NULL DEFAULT '',
	fetch_memory  TEXT NOT NULL DEFAULT '', -- JSON that only the client that fetches looks into
	fetch_until   INTEGER NOT NULL DEFAULT 0, -- until when some process fetches it
	due           INTEGER NOT NULL DEFAULT 0, -- when a process looks next whether to fetch it
	address       TEXT NOT NULL DEFAULT '', -- where it is fetched, if its server has moved it
	host_pause    INTEGER NOT NULL DEFAULT 0, -- until when its server is asked for nothing at all
	decisions     TEXT NOT NULL DEFAULT '', -- JSON list of what was decided about its last batches
	daily         TEXT NOT NULL DEFAULT '', -- how many articles it brought by day: the last day, counts from it back
	longest       INTEGER NOT NULL DEFAULT 0, -- microseconds between two fetches at most; 0 is as for all
	paused        INTEGER NOT NULL DEFAULT 0, -- since when it isn't fetched, because somebody said so
	login         TEXT NOT NULL DEFAULT '' -- a header that the server wants to see; a secret
) WITHOUT ROWID;
CREATE UNIQUE INDEX sources_url ON sources (owner, url) WHERE kind = 'feed';
CREATE UNIQUE INDEX sources_label ON sources (owner, coalesce(nullif(label, ''), name));
CREATE INDEX sources_rank ON sources ((CASE WHEN paused > 0 THEN 2 WHEN failures > 0 THEN 0 ELSE 1 END), coalesce(nullif(label, ''), name), name);
CREATE INDEX sources_due ON sources (due) WHERE kind = 'feed' AND paused = 0;
CREATE INDEX sources_address ON sources ((coalesce(nullif(address, ''), url))) WHERE kind = 'feed';
CREATE INDEX sources_host_pause ON sources (host_pause) WHERE host_pause > 0;
CREATE INDEX sources_configured ON sources (name) WHERE configured = 1;

-- IDs come from counters, because time_key contains them. quiet is package bot's. story is the ID of the first
-- article of a story, in all its articles; also names the others. tellings is which sources also report the article, and a
-- hash of what each reported last.
CREATE TABLE articles (
	id         INTEGER PRIMARY KEY,
	time_key   INTEGER NOT NULL UNIQUE,
	owner      INTEGER NOT NULL DEFAULT 0, -- the place whose people alone may know of it
	source     TEXT NOT NULL, -- its ID
	label      TEXT NOT NULL DEFAULT '', -- the name of the source, if that is another
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
	quiet      TEXT NOT NULL DEFAULT '',
	story      INTEGER NOT NULL DEFAULT 0,
	also       TEXT NOT NULL DEFAULT '[]', -- JSON list
	tellings   TEXT NOT NULL DEFAULT '[]', -- JSON list
	UNIQUE (source, guid)
);
-- An address may be longer than what the other database takes into an index; so much of it tells nearly all apart.
CREATE INDEX articles_url ON articles (substr(url, 1, 500), time_key) WHERE url <> '';
CREATE INDEX articles_story ON articles (story, id) WHERE story <> 0;
-- The urgent articles of a source in the order in which they came.
CREATE INDEX articles_urgent ON articles (source, first_seen, id) WHERE urgency BETWEEN 1 AND 3;
CREATE INDEX articles_private ON articles (time_key, owner) WHERE owner <> 0;
CREATE INDEX articles_held ON articles (source, id) WHERE quiet = 'held';
CREATE INDEX articles_bulk ON articles (id) WHERE quiet = 'bulk';
-- The few articles that may be hidden from an audience.
CREATE INDEX articles_hidden ON articles (time_key, status, embargo) WHERE status = 'withdrawn' OR embargo > 0;

-- How many articles there are, by owner and quarter of an hour, whatever becomes of them: to count millions one by one takes long.
-- A quarter is time_key divided by 900 seconds, which are 900 * 2^30, and rounded down. Triggers keep it.
CREATE TABLE article_counts (
	owner    INTEGER NOT NULL,
	quarter  INTEGER NOT NULL,
	articles INTEGER NOT NULL,
	PRIMARY KEY (owner, quarter)
) WITHOUT ROWID;
CREATE TRIGGER articles_added AFTER INSERT ON articles
BEGIN
	INSERT INTO article_counts (owner, quarter, articles)
	VALUES (new.owner, CASE WHEN new.time_key < 0 THEN (new.time_key + 1) / 966367641600 - 1 ELSE new.time_key / 966367641600 END, 1)
	ON CONFLICT (owner, quarter) DO UPDATE SET articles = articles + 1;
END;
CREATE TRIGGER articles_removed AFTER DELETE ON articles
BEGIN
	UPDATE article_counts
	SET articles = articles - 1
	WHERE owner = old.owner AND quarter = CASE WHEN old.time_key < 0 THEN (old.time_key + 1) / 966367641600 - 1 ELSE old.time_key / 966367641600 END;
END;
CREATE TRIGGER articles_moved AFTER UPDATE OF time_key, owner ON articles
WHEN new.time_key <> old.time_key OR new.owner <> old.owner
BEGIN
	UPDATE article_counts
	SET articles = articles - 1
	WHERE owner = old.owner AND quarter = CASE WHEN old.time_key < 0 THEN (old.time_key + 1) / 966367641600 - 1 ELSE old.time_key / 966367641600 END;
	INSERT INTO article_counts (owner, quarter, articles)
	VALUES (new.owner, CASE WHEN new.time_key < 0 THEN (new.time_key + 1) / 966367641600 - 1 ELSE new.time_key / 966367641600 END, 1)
	ON CONFLICT (owner, quarter) DO UPDATE SET articles = articles + 1;
END;

-- What is left of articles that were kept for long enough: what identifies them, so that none is taken for news again.
CREATE TABLE tombstones (
	id         INTEGER PRIMARY KEY,
	owner      INTEGER NOT NULL,
	source     TEXT NOT NULL,
	label      TEXT NOT NULL,
	guid       TEXT NOT NULL,
	url        TEXT NOT NULL,
	title      TEXT NOT NULL,
	published  INTEGER NOT NULL,
	date_only  INTEGER NOT NULL,
	status     TEXT NOT NULL,
	first_seen INTEGER NOT NULL
);
CREATE INDEX tombstones_source ON tombstones (source);
CREATE INDEX tombstones_owner ON tombstones (owner) WHERE owner <> 0;

CREATE TABLE revisions (
	seq        INTEGER PRIMARY KEY AUTOINCREMENT,
	article_id INTEGER NOT NULL REFERENCES articles (id),
	revision   INTEGER NOT NULL,
	at         INTEGER NOT NULL,
	snapshot   TEXT, -- JSON; NULL while articles holds this revision. Below revision 1, what a further source reports
	UNIQUE (article_id, revision)
);

-- Its rowid is articles.time_key. owner says who alone may find the article. The ascii tokenizer splits at ASCII that is neither letter nor
-- digit and nowhere else, so what comes in as tokens joined by spaces stays those tokens.
CREATE VIRTUAL TABLE search USING fts5 (
	title, summary, authors, tags, source, lang, owner,
	content = '', contentless_delete = 1, tokenize = 'ascii'
);

-- The articles whose words are not in search yet, by their time_key. All are public.
CREATE TABLE unindexed (
	time_key INTEGER PRIMARY KEY
);

-- What people may type after author:, tag:, source: and lang:. A value has a row for each of its words that somebody may
-- begin with.
CREATE TABLE facets (
	owner    INTEGER NOT NULL DEFAULT 0, -- whose articles these are
	field    TEXT NOT NULL,
	start    TEXT NOT NULL, -- the value from that word on, folded
	value    TEXT NOT NULL,
	articles INTEGER NOT NULL, -- how many have it
	PRIMARY KEY (owner, field, start, value)
) WITHOUT ROWID;
CREATE INDEX facets_frequent ON facets (owner, field, articles);

-- Every name an article has been seen under: the first 64 bits of a hash of it. With a million articles of
-- four names each, the odds that any two names share one are one in two million.
CREATE TABLE aliases (
	key        INTEGER PRIMARY KEY,
	article_id INTEGER NOT NULL -- 0 for a name that several articles have had, and that names none
);

-- Private articles by what is the key of their link in aliases where they are public: an alert of one stands for the
-- other.
CREATE TABLE counterparts (
	link       INTEGER NOT NULL,
	article_id INTEGER NOT NULL,
	PRIMARY KEY (link, article_id)
) WITHOUT ROWID;

-- The titles of recent articles, in the order in which they came, to find those that are alike.
CREATE TABLE recent_titles (
	seq        INTEGER PRIMARY KEY,
	article_id INTEGER NOT NULL,
	at         INTEGER NOT NULL, -- the date of the article
	pairs      BLOB NOT NULL  -- hashes of pairs of neighbors among its words, 8 bytes each
);

-- What the documents of a feed have shown so far. It outlives the source: a feed that is followed again is known.
CREATE TABLE batch_history (
	feed      INTEGER PRIMARY KEY, -- the hash of its address
	newest    INTEGER NOT NULL,    -- the date of the newest article that it has reported
	at_bottom INTEGER NOT NULL,    -- how many documents in a row had their undated news at the bottom
	items     TEXT NOT NULL       -- JSON list of the undated articles of its last document, from the top
);

CREATE TABLE publications (
	key    TEXT PRIMARY KEY,
	digest TEXT NOT NULL,
	answer TEXT NOT NULL, -- JSON
	at     INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX publications_at ON publications (at);

CREATE TABLE targets (
	id            INTEGER PRIMARY KEY AUTOINCREMENT,
	platform      TEXT NOT NULL,
	space         TEXT NOT NULL,
	chat          TEXT NOT NULL,
	thread        TEXT NOT NULL,
	suspended     TEXT NOT NULL DEFAULT '', -- why; empty if it is not
	probe         INTEGER NOT NULL DEFAULT 0, -- 1 if the suspension may end without an event
	suspended_at  INTEGER NOT NULL DEFAULT 0,
	rejected      INTEGER NOT NULL DEFAULT 0,
	last_rejected TEXT NOT NULL DEFAULT '',
	last_sent     INTEGER NOT NULL DEFAULT 0,
	last_lag      INTEGER NOT NULL DEFAULT 0,
	corrections   TEXT NOT NULL DEFAULT '',
	uncertain     INTEGER NOT NULL DEFAULT 0,
	settings      TEXT NOT NULL DEFAULT '', -- package bot's, without corrections; empty if there are none
	rhythm        INTEGER NOT NULL DEFAULT 0, -- 1 if it has settings, mutes, or a subscription with preferences of its own
	name          TEXT NOT NULL DEFAULT '', -- what its platform calls it; empty if it hasn't said
	name_key      TEXT NOT NULL DEFAULT '', -- the name folded, as it is looked for
	UNIQUE (platform, chat, thread, space)
);
CREATE INDEX targets_space ON targets (platform, space);
CREATE INDEX targets_suspended ON targets (id) WHERE suspended <> '';
CREATE INDEX targets_suspended_at ON targets (suspended_at) WHERE suspended_at > 0;

CREATE TABLE subscriptions (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	target_id  INTEGER NOT NULL REFERENCES targets (id),
	number     INTEGER NOT NULL,
	filter     TEXT NOT NULL,
	filter_key TEXT NOT NULL, -- the filter as it is compared
	after      INTEGER NOT NULL,
	after_private INTEGER NOT NULL DEFAULT 0,
	created    INTEGER NOT NULL,
	created_by TEXT NOT NULL,
	ended      INTEGER NOT NULL DEFAULT 0,
	version    INTEGER NOT NULL,
	stories    TEXT NOT NULL DEFAULT '',
	preferences TEXT NOT NULL DEFAULT '' -- package bot's; empty if there are none
);
CREATE UNIQUE INDEX subscriptions_number ON subscriptions (target_id, number) WHERE ended = 0;
CREATE UNIQUE INDEX subscriptions_filter ON subscriptions (target_id, filter_key) WHERE ended = 0;
CREATE INDEX subscriptions_target ON subscriptions (target_id);
CREATE INDEX subscriptions_version ON subscriptions (version);

-- What targets leave out of what their subscriptions match. ends is 0 for good.
CREATE TABLE mutes (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	target_id  INTEGER NOT NULL,
	kind       TEXT NOT NULL,
	value      TEXT NOT NULL,
	name       TEXT NOT NULL,
	created    INTEGER NOT NULL,
	created_by TEXT NOT NULL,
	ends       INTEGER NOT NULL,
	muted      INTEGER NOT NULL DEFAULT 0 -- how many articles it has left out
);
CREATE INDEX mutes_target ON mutes (target_id);
CREATE INDEX mutes_ends ON mutes (ends) WHERE ends > 0;

-- The latest messages of a target that has settings, for a day: a limit counts them.
CREATE TABLE sends (
	target_id   INTEGER NOT NULL,
	delivery_id INTEGER NOT NULL, -- of a list, the one that the others are listed by
	at          INTEGER NOT NULL,
	mentions    INTEGER NOT NULL, -- 1 if it mentioned somebody
	counts      INTEGER NOT NULL, -- 1 if a limit counts it
	PRIMARY KEY (target_id, delivery_id)
) WITHOUT ROWID;

-- revision is 0 for the one post that a target gets of an article, and otherwise the revision that
-- calls for an edit or a withdrawal. rank is 0 for urgent, 1 for ordinary, 2 for urgent
-- ones of a flood. state is one of package bot's, or 'embargoed' or 'scheduled': these become pending when they are due. Of a post: subscription_id matched
-- it; shown is the revision that the target shows; listed is the delivery that lists it, if it has no message of its
-- own; catchup is what a manager chose, 'each' or 'list'. Without foreign keys: both parents are
-- read by the statement that inserts, and checking 100,000 rows twice is a third of a fan-out.
CREATE TABLE deliveries (
	id         INTEGER PRIMARY KEY,
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
	subscription_id INTEGER NOT NULL DEFAULT 0,
	shown      INTEGER NOT NULL DEFAULT 0,
	listed     INTEGER NOT NULL DEFAULT 0,
	catchup    TEXT NOT NULL DEFAULT '',
	corrected  INTEGER NOT NULL DEFAULT 0, -- when a correction that it shows came
	uncertain  INTEGER NOT NULL DEFAULT 0, -- tries of unknown outcome
	unknown    INTEGER NOT NULL DEFAULT 0, -- tries that were settled as of unknown outcome
	unknown_at INTEGER NOT NULL DEFAULT 0, -- when the last of them was
	unknown_from INTEGER NOT NULL DEFAULT 0, -- a moment before the first of them
	wait       TEXT NOT NULL DEFAULT '', -- what a post waits for, or waited for, by its target's choice
	place      INTEGER NOT NULL DEFAULT 0, -- of a post in a list, from 1; below 0 if the list only counts it
	planned    INTEGER NOT NULL DEFAULT 0, -- when it was decided until when it waits
	UNIQUE (article_id, target_id, revision)
);
CREATE INDEX deliveries_pending ON deliveries (target_id, rank, id) WHERE state = 'pending';
CREATE INDEX deliveries_on_hold ON deliveries (target_id) WHERE state = 'on_hold';
CREATE INDEX deliveries_embargoed ON deliveries (due) WHERE state = 'embargoed';
CREATE INDEX deliveries_embargoed_target ON deliveries (target_id) WHERE state = 'embargoed';
CREATE INDEX deliveries_scheduled ON deliveries (due) WHERE state = 'scheduled';
CREATE INDEX deliveries_scheduled_target ON deliveries (target_id) WHERE state = 'scheduled' AND wait <> '';
CREATE INDEX deliveries_listed ON deliveries (listed, place) WHERE listed <> 0;
CREATE INDEX deliveries_settled ON deliveries (settled) WHERE settled > 0;
CREATE INDEX deliveries_rejected ON deliveries (settled) WHERE state = 'rejected';
-- Finds the article of a message that somebody points at.
CREATE INDEX deliveries_message ON deliveries (target_id, message_id) WHERE message_id <> '';

-- What waits for many targets: a row for up to 512 neighbors among the targets of a platform, a shard. Its
-- deliveries come into being when they are claimed, or before anything happens to their target. id and the
-- 511 numbers after it are kept free for their IDs, so that their order is that in which they came.
CREATE TABLE batches (
	id         INTEGER PRIMARY KEY,
	article_id INTEGER NOT NULL,
	revision   INTEGER NOT NULL,
	action     TEXT NOT NULL,
	platform   TEXT NOT NULL,
	shard      INTEGER NOT NULL, -- target IDs divided by 512
	rank       INTEGER NOT NULL,
	due        INTEGER NOT NULL, -- 0, or the end of an embargo
	enqueued   INTEGER NOT NULL,
	entries    INTEGER NOT NULL, -- how many
	content    BLOB NOT NULL
);
CREATE INDEX batches_ready ON batches (platform, rank, due, id);
CREATE INDEX batches_waiting ON batches (platform, due, entries);
CREATE INDEX batches_shard ON batches (shard, rank, id);
CREATE INDEX batches_article ON batches (article_id);

-- One row for each target that has pending deliveries and is not suspended. ready_at is when it may
-- be claimed: when it came into the queue, or the end of a lease or of a wait.
CREATE TABLE queue (
	target_id INTEGER PRIMARY KEY,
	platform  TEXT NOT NULL,
	rank      INTEGER NOT NULL,
	ready_at  INTEGER NOT NULL,
	lease     INTEGER NOT NULL,
	set_at    INTEGER NOT NULL -- when ready_at was set; what lies ahead of the clock dates from before that was set back
);
CREATE INDEX queue_ready ON queue (platform, rank, ready_at);

CREATE TABLE state (
	name  TEXT PRIMARY KEY,
	value TEXT NOT NULL,
	at    INTEGER NOT NULL DEFAULT 0 -- when it was set
) WITHOUT ROWID;

-- Who is signed in to the console, and the links that sign in, each by a hash of what the browser has.
CREATE TABLE sessions (
	key     TEXT PRIMARY KEY,
	kind    TEXT NOT NULL, -- 'session' or 'link'
	who     TEXT NOT NULL,
	expires INTEGER NOT NULL,
	message TEXT NOT NULL DEFAULT '' -- for the next page
) WITHOUT ROWID;
CREATE INDEX sessions_expires ON sessions (expires);

-- A handled update stays for a while without its body, so that it is known when it comes again.
CREATE TABLE inbox (
	received INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of arrival; IDs may start anew
	platform TEXT NOT NULL,
	id       INTEGER NOT NULL,
	body     BLOB,
	handled  INTEGER NOT NULL DEFAULT 0,
	leased   INTEGER NOT NULL DEFAULT 0, -- until when it belongs to the process that received or claimed it
	UNIQUE (platform, id)
);
CREATE INDEX inbox_unhandled ON inbox (platform, received) WHERE handled = 0;
CREATE INDEX inbox_handled ON inbox (platform, handled) WHERE handled > 0;
CREATE TABLE inbox_offsets (
	platform TEXT PRIMARY KEY,
	next     INTEGER NOT NULL
) WITHOUT ROWID;
