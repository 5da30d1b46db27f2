-- +goose Up

-- Who does what only one process may do at a time, until when by this server's clock, in microseconds.
CREATE TABLE places (
	name   TEXT PRIMARY KEY,
	holder TEXT NOT NULL,
	until  BIGINT NOT NULL
);

-- Until when a feed is being fetched by some process, in microseconds.
ALTER TABLE sources ADD COLUMN fetch_until BIGINT NOT NULL DEFAULT 0;
