package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// targetOf is the ID of a target that is known.
const targetOf = `
	SELECT id
	FROM targets
	WHERE platform = $1 AND chat = $2 AND thread = $3 AND space = $4`

// findTarget returns the ID of a target, 0 if it is not known.
func findTarget(ctx context.Context, q database.Querier, t bot.Target) (int64, error) {
	return database.Number(ctx, q, targetOf, t.Platform, t.Chat, t.Thread, t.Space)
}

// knowTarget returns the ID of a target, which is known from now on.
func knowTarget(ctx context.Context, tx *database.Tx, t bot.Target) (int64, error) {
	const insert = `
		INSERT INTO targets (platform, chat, thread, space)
		VALUES ($1, $2, $3, $4)
		RETURNING id`
	if t.Platform == "" || t.Chat == "" {
		return 0, fmt.Errorf("target %q names no chat", t)
	}
	id, err := findTarget(ctx, tx, t)
	if err != nil || id != 0 {
		return id, err
	}
	return database.Number(ctx, tx, insert, safe(t.Platform), safe(t.Chat), safe(t.Thread), safe(t.Space))
}

// known is a target of which the store knows.
type known struct {
	id int64
	bot.Target
}

func readKnown(row database.Scan) (k known, err error) {
	err = row(&k.id, &k.Platform, &k.Space, &k.Chat, &k.Thread)
	return k, err
}

const knownColumns = `id, platform, space, chat, thread`

// within returns the condition that a target is within scope, and its arguments from $1. A scope that
// names a chat need not name its space.
func within(scope bot.Target) (condition string, args []any, err error) {
	switch {
	case scope.Chat != "":
		condition = `platform = $1 AND chat = $2 AND ($3 = '' OR thread = $3) AND ($4 = '' OR space = $4)`
		return condition, []any{scope.Platform, scope.Chat, scope.Thread, scope.Space}, nil
	case scope.Space != "":
		return `platform = $1 AND space = $2`, []any{scope.Platform, scope.Space}, nil
	default:
		return "", nil, errors.New("scope names neither a chat nor a space")
	}
}

// Suspend stops sending to every known target within scope, says why, and keeps everything.
func (s *Store) Suspend(ctx context.Context, scope bot.Target, why bot.Suspension) ([]bot.Target, error) {
	const (
		suspend = `
			UPDATE targets
			SET suspended = $2, suspended_at = $3, probe = $4
			WHERE id = $1`
		leave = `
			DELETE FROM queue
			WHERE target_id = $1`
	)
	reason, probe := cmp.Or(safe(why.Reason), "no reason given"), 0
	if why.Probe {
		probe = 1
	}
	list, err := s.eachWithin(ctx, scope, `suspended = ''`, func(ctx context.Context, tx *database.Tx, k known) error {
		if err := s.expandTarget(ctx, tx, k.id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, suspend, k.id, reason, tx.Now, probe); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, leave, k.id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("suspend %s: %w", scope, err)
	}
	return list, nil
}

// Resume ends the suspension of the targets within scope and puts the posts that waited for them on hold. What is
// under embargo still comes out in its time, and alerts that are posted are edited at once.
func (s *Store) Resume(ctx context.Context, scope bot.Target) ([]bot.Target, error) {
	const (
		resume = `
			UPDATE targets
			SET suspended = '', suspended_at = 0, probe = 0
			WHERE id = $1`
		hold = `
			UPDATE deliveries
			SET state = 'on_hold',
				listed = CASE WHEN uncertain = 0 AND shown = 0 THEN 0 ELSE listed END,
				place = CASE WHEN uncertain = 0 AND shown = 0 THEN 0 ELSE place END
			WHERE target_id = $1 AND state = 'pending' AND action = 'post'`
	)
	list, err := s.eachWithin(ctx, scope, `suspended <> ''`, func(ctx context.Context, tx *database.Tx, k known) error {
		if err := s.expandTarget(ctx, tx, k.id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, resume, k.id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, hold, k.id); err != nil {
			return err
		}
		return enqueueTarget(ctx, tx, k.id)
	})
	if err != nil {
		return nil, fmt.Errorf("resume %s: %w", scope, err)
	}
	return list, nil
}

// eachWithin calls fn for every known target within scope that meets a condition, and returns them.
func (s *Store) eachWithin(
	ctx context.Context, scope bot.Target, condition string, fn func(context.Context, *database.Tx, known) error,
) ([]bot.Target, error) {
	where, args, err := within(scope)
	if err != nil {
		return nil, err
	}
	text := `
		SELECT ` + knownColumns + `
		FROM targets
		WHERE ` + where + ` AND ` + condition + `
		ORDER BY id`
	// Discord says of every guild that it is there when the bot connects, and hardly any has a target that was suspended.
	if some, err := database.Collect(ctx, s.db, readKnown, text+` LIMIT 1`, args...); err != nil || len(some) == 0 {
		return nil, err
	}
	var targets []bot.Target
	err = s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		targets = nil
		list, err := database.Collect(ctx, tx, readKnown, text, args...)
		if err != nil {
			return err
		}
		for _, k := range list {
			if err := fn(ctx, tx, k); err != nil {
				return err
			}
			targets = append(targets, k.Target)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return targets, nil
}

// waitingStates are the states of a delivery that has not ended.
func waitingStates() []bot.DeliveryState {
	return []bot.DeliveryState{bot.Pending, bot.OnHold, embargoed, scheduled}
}

// inState is the condition that a delivery is in a state. It is part of the text, because only then does
// the database see that it can use the index of that state. A planner takes that of scheduled ones by target for the one
// by moment, unless its condition says more.
func inState(state bot.DeliveryState) string {
	condition := `state = '` + string(state) + `'`
	if state == scheduled {
		condition += ` AND wait <> ''`
	}
	return condition
}

// endWaiting supersedes the posts of a target that are in a state. Edits go on: what is posted stays to be read.
func endWaiting(
	ctx context.Context, tx *database.Tx, target int64, state bot.DeliveryState, reason string,
) (int64, error) {
	end := `
		UPDATE deliveries
		SET state = 'superseded', reason = $2, settled = $3
		WHERE target_id = $1 AND action = 'post' AND ` + inState(state)
	return tx.Exec(ctx, end, target, reason, tx.Now)
}

// Release does with a target's deliveries on hold what a manager chose.
func (s *Store) Release(ctx context.Context, t bot.Target, how bot.CatchUp) (int, error) {
	const free = `
		UPDATE deliveries
		SET state = 'pending', catchup = $2
		WHERE target_id = $1 AND state = 'on_hold'`
	as := map[bot.CatchUp]string{bot.CatchUpEach: catchupEach, bot.CatchUpList: catchupList}
	var n int64
	err := s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		target, err := findTarget(ctx, tx, t)
		if err != nil || target == 0 {
			return err
		}
		switch how {
		case bot.CatchUpNone:
			n, err = endWaiting(ctx, tx, target, bot.OnHold, "a manager chose not to catch up")
			return err
		case bot.CatchUpEach, bot.CatchUpList:
			if n, err = tx.Exec(ctx, free, target, as[how]); err != nil || n == 0 {
				return err
			}
			return enqueueTarget(ctx, tx, target)
		default:
			return fmt.Errorf("there is no catching up as %q", how)
		}
	})
	if err != nil {
		return 0, fmt.Errorf("release %s: %w", t, err)
	}
	return int(n), nil
}

// TargetStatus returns what is known of t. The lag of an embargoed article counts from the end of its
// embargo.
func (s *Store) TargetStatus(ctx context.Context, t bot.Target) (bot.TargetStatus, error) {
	const (
		target = `
			SELECT id, suspended, suspended_at, rejected, last_rejected, last_sent, last_lag, corrections, uncertain
			FROM targets
			WHERE platform = $1 AND chat = $2 AND thread = $3 AND space = $4`
		waiting = `
			SELECT
				(SELECT count(*) FROM deliveries WHERE target_id = $1 AND state = 'pending')
				+ (SELECT count(*) FROM deliveries WHERE target_id = $1 AND state = 'embargoed'),
				(SELECT count(*) FROM deliveries WHERE target_id = $1 AND state = 'on_hold')`
	)
	var id int64
	read := func(row database.Scan) (st bot.TargetStatus, err error) {
		var since, sent, lag int64
		err = row(&id, &st.Suspended, &since, &st.Rejected, &st.LastRejected, &sent, &lag, &st.Corrections, &st.Uncertain)
		st.SuspendedSince, st.LastSent = moment(since), moment(sent)
		st.LastLag = time.Duration(lag) * time.Microsecond
		return st, err
	}
	st, found, err := database.One(ctx, s.db, read, target, t.Platform, t.Chat, t.Thread, t.Space)
	if err == nil && found {
		count := func(row database.Scan) (struct{}, error) { return struct{}{}, row(&st.Waiting, &st.OnHold) }
		if _, _, err = database.One(ctx, s.db, count, waiting, id); err == nil {
			var batched []batched
			batched, err = batchedFor(ctx, s.db, id)
			st.Waiting += len(batched)
		}
		if err == nil {
			st.Waits, err = waitsOf(ctx, s.db, id)
		}
	}
	if err != nil {
		return bot.TargetStatus{}, fmt.Errorf("status of %s: %w", t, err)
	}
	return st, nil
}
