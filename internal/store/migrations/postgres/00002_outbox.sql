-- +goose Up

-- What waits for many targets, packed: a row for up to 512 neighbors among the targets of a platform. Its
-- deliveries come into being when they are claimed, or before anything happens to their target. id and the
-- 511 numbers after it are kept free for their IDs, so that their order is that in which they came.
CREATE TABLE packed (
	id         BIGINT PRIMARY KEY,
	article_id BIGINT NOT NULL,
	revision   BIGINT NOT NULL,
	action     TEXT NOT NULL,
	platform   TEXT NOT NULL,
	bucket     BIGINT NOT NULL, -- target IDs divided by 512
	rank       BIGINT NOT NULL,
	due        BIGINT NOT NULL, -- 0, or the end of an embargo
	enqueued   BIGINT NOT NULL,
	entries    BIGINT NOT NULL, -- how many
	content    BYTEA NOT NULL
);
CREATE INDEX packed_ready ON packed (platform, rank, due, id);
CREATE INDEX packed_waiting ON packed (platform, due, entries);
CREATE INDEX packed_bucket ON packed (bucket, rank, id);
CREATE INDEX packed_article ON packed (article_id);

-- The last ID of a delivery that was given, or kept free.
INSERT INTO counters (name, value) SELECT 'deliveries', coalesce(max(id), 0) FROM deliveries;
-- How many sends may have arrived though nobody can tell.
INSERT INTO counters (name, value) VALUES ('uncertain', 0);

-- Of a post: subscription_id took it; shown is the revision that the target shows; listed is the delivery
-- that lists it, if it has no message of its own; catchup is what a manager chose, 'each' or 'list'.
ALTER TABLE deliveries ADD COLUMN subscription_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN shown BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN listed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN catchup TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN corrected BIGINT NOT NULL DEFAULT 0; -- when a correction that it shows came
ALTER TABLE deliveries ADD COLUMN uncertain BIGINT NOT NULL DEFAULT 0; -- tries of unknown outcome
UPDATE deliveries SET shown = 1 WHERE state = 'sent';
CREATE INDEX deliveries_settled ON deliveries (settled) WHERE settled > 0;

ALTER TABLE targets ADD COLUMN corrections TEXT NOT NULL DEFAULT '';
ALTER TABLE targets ADD COLUMN uncertain BIGINT NOT NULL DEFAULT 0;
CREATE INDEX targets_suspended_at ON targets (suspended_at) WHERE suspended_at > 0;

ALTER TABLE state ADD COLUMN at BIGINT NOT NULL DEFAULT 0; -- when it was set
UPDATE state SET at = (extract(epoch FROM now()) * 1000000)::bigint;
