package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// Trace returns what became of an article in a target.
func (s *Store) Trace(ctx context.Context, t bot.Target, article int64) (bot.Trace, error) {
	const (
		revisions = `
			SELECT at
			FROM revisions
			WHERE article_id = $1 AND revision > 0
			ORDER BY revision`
		further = `
			SELECT snapshot
			FROM revisions
			WHERE article_id = $1 AND revision < 1 AND snapshot IS NOT NULL
			ORDER BY revision DESC` // they count down
		unseen = `
			SELECT count(*)
			FROM revisions
			WHERE article_id = $1 AND seq > (SELECT value FROM counters WHERE name = 'cursor')`
	)
	var trace bot.Trace
	fail := func(err error) (bot.Trace, error) {
		return bot.Trace{}, fmt.Errorf("trace article %d to %s: %w", article, t, err)
	}
	read := func(row database.Scan) (time.Time, error) {
		at, err := database.Value[int64](row)
		return moment(at), err
	}
	var err error
	if trace.Revisions, err = database.Collect(ctx, s.db, read, revisions, article); err != nil {
		return fail(err)
	}
	if trace.Reports, err = database.Collect(ctx, s.db, readReport, further, article); err != nil {
		return fail(err)
	}
	left, err := database.Number(ctx, s.db, unseen, article)
	if err != nil {
		return fail(err)
	}
	trace.Seen = left == 0
	target, err := findTarget(ctx, s.db, t)
	if err != nil || target == 0 {
		return trace, err
	}
	if err := s.steps(ctx, &trace, target, article); err != nil {
		return fail(err)
	}
	return trace, nil
}

// position is where a delivery stands in the order in which its target gets them.
type position struct{ rank, id int64 }

func (p position) isBefore(o position) bool {
	return p.rank < o.rank || p.rank == o.rank && p.id < o.id
}

// steps adds the deliveries to a trace, and what is before the first that waits.
func (s *Store) steps(ctx context.Context, trace *bot.Trace, target, article int64) error {
	const text = `
		SELECT id, rank,` + stepColumns + `
		FROM deliveries
		WHERE article_id = $1 AND target_id = $2
		ORDER BY revision, id`
	var first position
	read := func(row database.Scan) (bot.Step, error) {
		var own position
		step, err := readStep(row, &own.id, &own.rank)
		if step.State == bot.Pending && first.id == 0 {
			first = own
		}
		step.Flood = own.rank == floodRank
		return step, err
	}
	var err error
	if trace.Steps, err = database.Collect(ctx, s.db, read, text, article, target); err != nil {
		return err
	}
	batched, err := batchedFor(ctx, s.db, target)
	if err != nil {
		return err
	}
	for i := range batched {
		if b := &batched[i]; b.article == article {
			trace.Steps = append(trace.Steps, b.step)
			if first.id == 0 {
				first = b.position
			}
		}
	}
	if first.id == 0 {
		return nil
	}
	return s.waits(ctx, trace, target, first, batched)
}

// waits adds to a trace what the first delivery that waits is behind.
func (s *Store) waits(ctx context.Context, trace *bot.Trace, target int64, first position, batched []batched) error {
	const (
		ahead = `
			SELECT count(*)
			FROM deliveries
			WHERE target_id = $1 AND state = 'pending' AND (rank < $2 OR rank = $2 AND id < $3)`
		ready = `
			SELECT ready_at
			FROM queue
			WHERE target_id = $1 AND lease = 0 AND ready_at > $2`
	)
	n, err := database.Number(ctx, s.db, ahead, target, first.rank, first.id)
	if err != nil {
		return err
	}
	trace.Ahead = int(n)
	for i := range batched {
		if batched[i].isBefore(first) {
			trace.Ahead++
		}
	}
	at, err := database.Number(ctx, s.db, ready, target, micros(s.now()))
	trace.Ready = moment(at)
	return err
}

// stepColumns are what readStep reads, of deliveries.
const stepColumns = `
	action, revision, state, enqueued, due, settled, attempts, reason, message_id, chat, wait`

func readStep(row database.Scan, lead ...any) (step bot.Step, err error) {
	var enqueued, due, settled int64
	err = row(append(lead, &step.Action, &step.Revision, &step.State, &enqueued, &due, &settled, &step.Attempts,
		&step.Reason, &step.Receipt.MessageID, &step.Receipt.Chat, &step.Wait)...)
	step.Enqueued, step.Due, step.Settled = moment(enqueued), moment(due), moment(settled)
	switch step.State {
	case scheduled:
		step.State = bot.Pending
		return step, err
	case embargoed:
		step.State = bot.Pending
	case bot.Muted:
		step.Mute, step.Reason = step.Reason, ""
	case bot.Sent:
		return step, err
	}
	step.Wait = ""
	return step, err
}

// Posted returns the articles that a message in a target is about, oldest first: an alert, or what told of a change in answer
// to one.
func (s *Store) Posted(ctx context.Context, t bot.Target, messageID string) ([]int64, error) {
	const text = `
		SELECT article_id
		FROM deliveries
		WHERE target_id = $1 AND message_id = $2 AND message_id <> ''
		ORDER BY id`
	target, err := findTarget(ctx, s.db, t)
	if err != nil || target == 0 {
		return nil, err
	}
	list, err := database.Collect(ctx, s.db, database.Value[int64], text, target, messageID)
	if err != nil {
		return nil, fmt.Errorf("what message %q in %s is about: %w", messageID, t, err)
	}
	// Several deliveries of an article may have had a hand in one message.
	var articles []int64
	for _, id := range list {
		if !slices.Contains(articles, id) {
			articles = append(articles, id)
		}
	}
	return articles, nil
}
