package database

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// postgresChannel begins the name of the channel of notifications; the schema follows.
const postgresChannel = "tidings."

const (
	// lookInterval is how often those who wait look by themselves: a notification may be lost with its connection,
	// and some poolers deliver none.
	lookInterval = time.Second
	// listenTest is how often a connection on which nothing comes is asked whether it is there, and how long it has
	// to answer.
	listenTest  = 15 * time.Second
	listenReply = 5 * time.Second
	// listenRetry is how long to wait before another connection is made.
	listenRetry = time.Second
)

// postgresNotify announces what a transaction is about, and who made it.
func postgresNotify(about Topic, by string) statement {
	const text = `SELECT pg_notify('` + postgresChannel + `' || current_schema(), $1)`
	return statement{text: text, args: []any{fmt.Sprintf("%d %s", about, by)}}
}

// announced returns what of others an announcement is about: nothing if it is one's own, and everything if another
// version of the program wrote it.
func announced(payload, own string) Topic {
	number, by, ok := strings.Cut(payload, " ")
	about, err := strconv.ParseUint(number, 10, 32)
	switch {
	case by == own:
		return 0
	case !ok, err != nil, Topic(about)&^everything != 0:
		return everything
	}
	return Topic(about)
}

// watchPostgres broadcasts what other processes announce.
func watchPostgres(ctx context.Context, w *waker, db *DB, address string) error {
	cfg, err := parsePostgres(address)
	if err != nil {
		return err
	}
	w.work.Go(func() { w.look(ctx) })
	w.work.Go(func() { w.listen(ctx, cfg, db.id) })
	return nil
}

// look wakes those who wait from time to time.
func (w *waker) look(ctx context.Context) {
	tick := time.NewTicker(lookInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if !w.idle() {
				w.broadcast(everything)
			}
		case <-ctx.Done():
			return
		}
	}
}

// listen keeps a connection on which notifications come. While there is none, look has to do.
func (w *waker) listen(ctx context.Context, cfg *pgx.ConnConfig, own string) {
	failing := false
	for ctx.Err() == nil {
		err := w.listenOnce(ctx, cfg, own, func() {
			if failing {
				w.log.Info("commits of other processes are noticed at once again")
			}
			failing = false
			w.broadcast(everything) // what happened while nobody listened
		})
		if ctx.Err() == nil && !failing {
			failing = true
			w.log.Warn("commits of other processes are noticed late", "err", explainPostgres(err))
		}
		again := time.NewTimer(listenRetry)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
		}
	}
}

// listenOnce listens until the connection breaks, and calls ready when it has begun to.
func (w *waker) listenOnce(ctx context.Context, cfg *pgx.ConnConfig, own string, ready func()) error {
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), listenReply)
		defer cancel()
		_ = conn.Close(ctx) // it only listened
	}()
	var schema string
	if err := conn.QueryRow(ctx, `SELECT current_schema()`).Scan(&schema); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, `LISTEN `+pgx.Identifier{postgresChannel + schema}.Sanitize()); err != nil {
		return err
	}
	ready()
	for {
		n, err := waitNotification(ctx, conn)
		if err != nil {
			return err
		}
		if about := announced(n.Payload, own); about != 0 {
			w.broadcast(about)
		}
	}
}

// waitNotification waits for a notification, and sees to it that the connection is still there meanwhile.
func waitNotification(ctx context.Context, conn *pgx.Conn) (*pgconn.Notification, error) {
	for {
		quiet, cancel := context.WithTimeout(ctx, listenTest)
		n, err := conn.WaitForNotification(quiet)
		cancel()
		if err == nil || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return n, err
		}
		reply, cancel := context.WithTimeout(ctx, listenReply)
		err = conn.Ping(reply)
		cancel()
		if err != nil {
			return nil, err
		}
	}
}
