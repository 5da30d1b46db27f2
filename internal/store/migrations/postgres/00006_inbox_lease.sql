-- +goose Up

-- Until when an update that has not been handled belongs to the process that received or claimed it, in
-- microseconds. Several processes may share an inbox.
ALTER TABLE inbox ADD COLUMN leased BIGINT NOT NULL DEFAULT 0;
