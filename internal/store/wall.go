package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"

	"tidings/bot"
	"tidings/internal/database"
)

// The wall around private sources. A source and its articles have an owner: 0 if they are public, else the place whose
// people alone may know of them. What anybody asks for meets visible, or [walled] in the full-text index; what is
// written, its keys of identity among them, stays with one owner. Places are known by number here, so that one that
// moves moves everything it has at once.

// public is the owner of what everybody may know of.
const public = 0

// privateAny stands for any owner, where all private articles count alike.
const privateAny = -1

// visible is the condition that whoever asks may know of an article or source AS table: owner, an expression, is whose
// place asks, or 0.
func visible(table, owner string) string { return table + `.owner IN (0, ` + owner + `)` }

// articlePlace and sourcePlace are the place of an article AS a and of a source. What has an owner that nobody knows is
// nobody's.
const (
	articlePlace = `
	CASE WHEN a.owner = 0 THEN '' ELSE coalesce((SELECT place FROM owners WHERE id = a.owner), '?') END`
	sourcePlace = `
	CASE WHEN sources.owner = 0 THEN '' ELSE coalesce((SELECT place FROM owners WHERE id = sources.owner), '?') END`
)

// ownerOf returns the number of a place: public if it has none, as then nothing is its own.
func ownerOf(ctx context.Context, q database.Querier, p bot.Place) (int64, error) {
	if p == "" {
		return public, nil
	}
	id, err := database.Number(ctx, q, `SELECT id FROM owners WHERE place = $1`, string(p))
	if err != nil {
		return public, fmt.Errorf("find the owner %s: %w", p, err)
	}
	return id, nil
}

// makeOwner returns the number of a place, which has one from now on.
func makeOwner(ctx context.Context, tx *database.Tx, p bot.Place) (int64, error) {
	const insert = `
		INSERT INTO owners (place)
		VALUES ($1)
		RETURNING id`
	id, err := ownerOf(ctx, tx, p)
	if err != nil || id != public || p == "" {
		return id, err
	}
	return database.Number(ctx, tx, insert, safe(string(p)))
}

// isPrivate is a word of the full-text index that every private article has in the field of its owner, beside the
// ownerWord.
const isPrivate = "private"

// ownerWord is the word by which the full-text index knows an owner.
func ownerWord(owner int64) string { return "o" + strconv.FormatInt(owner, 10) }

// ownerText is what the full-text index keeps of an owner.
func ownerText(owner int64) string {
	if owner == public {
		return ""
	}
	return isPrivate + " " + ownerWord(owner)
}

// Private articles count for themselves, and not in ones: the numbers of others don't reveal how many there are. Their
// lower idBits begin in the middle, so that time keys do not meet those of public ones.
const (
	privateFrom = bot.FirstPrivateID | 1<<(idBits-1)
	privateGap  = 16
)

// articleCounter is the counter of the articles of an owner.
func articleCounter(owner int64) string {
	if owner == public {
		return "articles"
	}
	return "private articles"
}

// lastArticle returns the last ID that was given to an article of an owner.
func lastArticle(ctx context.Context, q database.Querier, owner int64) (int64, error) {
	return database.Number(ctx, q, `SELECT value FROM counters WHERE name = $1`, articleCounter(owner))
}

// saveLastArticle is the inverse of lastArticle. A database that was copied from an older version lacks a counter.
func saveLastArticle(ctx context.Context, tx *database.Tx, owner, id int64) error {
	const text = `
		INSERT INTO counters (name, value)
		VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE
		SET value = excluded.value`
	return tx.Queue(ctx, text, articleCounter(owner), id)
}

// nextArticle returns the ID of an owner's article after the one with the last ID.
func nextArticle(owner, last int64) int64 {
	if owner == public {
		return last + 1
	}
	return max(last, privateFrom) + 1 + rand.Int64N(privateGap)
}

// ownersMove gives all that a place has to another place, whose chat it has become.
func (s *Store) ownersMove(ctx context.Context, tx *database.Tx, from, to bot.Place) error {
	const rename = `
		UPDATE owners
		SET place = $2
		WHERE id = $1`
	if from == to {
		return nil
	}
	was, err := ownerOf(ctx, tx, from)
	if err != nil || was == public {
		return err
	}
	is, err := ownerOf(ctx, tx, to)
	if err != nil {
		return err
	}
	if is == public {
		_, err = tx.Exec(ctx, rename, was, safe(string(to)))
		return err
	}
	return s.mergeOwners(ctx, tx, was, is)
}
