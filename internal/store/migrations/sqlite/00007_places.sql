-- +goose Up

-- Until when a feed is being fetched by some process, in microseconds. Places need no table here: a lock of the
-- system ends with its process.
ALTER TABLE sources ADD COLUMN fetch_until INTEGER NOT NULL DEFAULT 0;
