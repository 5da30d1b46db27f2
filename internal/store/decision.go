package store

import (
	"context"
	"encoding/json"

	"tidings/bot"
	"tidings/internal/database"
)

// decide notes what was decided about an item that its source had not reported before.
func (in *ingest) decide(it *item) {
	d := in.decided[it.SourceID]
	if d == nil {
		d = &bot.Batch{At: in.now}
		in.decided[it.SourceID] = d
	}
	switch it.standing {
	case isNews:
		d.New++
	case wasThere:
		d.First++
	case isHistory:
		d.Older++
		in.result.Older++
	case renamed:
		d.Renamed++
		in.result.Renamed++
	case onHold:
		d.OnHold++
		in.result.OnHold++
	}
}

// batchesKept is how many decisions are kept of a source.
const batchesKept = 5

// noteDecision keeps what was decided about a batch with its source, and counts what waits there for an operator.
func (in *ingest) noteDecision(ctx context.Context, source string, d bot.Batch) error {
	const (
		text = `
			SELECT decisions
			FROM sources
			WHERE name = $1`
		update = `
			UPDATE sources
			SET decisions = $2
			WHERE name = $1`
		waiting = `
			SELECT count(*)
			FROM articles
			WHERE source = $1 AND quiet = 'held'`
	)
	packed, known := in.batches[source]
	if !known {
		var err error
		if packed, _, err = database.One(ctx, in.tx, database.Value[string], text, source); err != nil {
			return err
		}
	}
	list, err := unpackBatches(packed)
	if err != nil {
		return err
	}
	list = append(list, d)
	b, err := json.Marshal(list[max(0, len(list)-batchesKept):])
	if err != nil {
		return err
	}
	if err := in.tx.Queue(ctx, update, source, string(b)); err != nil || d.OnHold == 0 {
		return err
	}
	n, err := database.Number(ctx, in.tx, waiting, source)
	in.result.Waiting += int(n)
	return err
}

func unpackBatches(s string) (list []bot.Batch, err error) {
	if s == "" {
		return nil, nil
	}
	return list, json.Unmarshal([]byte(s), &list)
}
