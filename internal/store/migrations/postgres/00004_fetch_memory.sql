-- +goose Up

-- What many fetches taught of a feed, as JSON. Only the client that fetches looks into it.
ALTER TABLE sources ADD COLUMN fetch_memory TEXT NOT NULL DEFAULT '';
