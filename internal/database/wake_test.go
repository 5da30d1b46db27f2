package database

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestWaker_SurvivesFailingLooks(t *testing.T) {
	url := file(t)
	db := open(t, url)
	var looks, version atomic.Int64
	const failures = 3
	look := func(context.Context, *sql.Conn) (int64, error) {
		if n := looks.Add(1); n > 1 && n <= 1+failures {
			return 0, errors.New("no such luck")
		}
		return version.Load(), nil
	}
	var log bytes.Buffer
	watch := func(ctx context.Context, w *waker) error { return w.watchVersion(ctx, db.r.db, look) }
	w, err := newWaker(t.Context(), watch, defaultLook, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	version.Add(1) // a commit of another process, while looking fails
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	asked := 0
	err = w.wait(ctx, func(context.Context) (time.Duration, error) {
		asked++
		if asked == 1 {
			return time.Hour, nil
		}
		return 0, nil
	})
	w.close()
	if err != nil {
		t.Errorf("nobody was woken: %v", err)
	}
	if n := strings.Count(log.String(), "not noticed"); n != 1 {
		t.Errorf("the log mentions one fault %d times:\n%s", n, &log)
	}
}
