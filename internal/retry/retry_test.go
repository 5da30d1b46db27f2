package retry_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tidings/internal/retry"
)

func TestBackoff_DoublesUpToItsMost(t *testing.T) {
	const base, most = time.Second, time.Minute
	for n, want := range map[int]time.Duration{-1: base, 0: base, 1: 2 * base, 5: 32 * base, 6: most, 19: most, 20: most, 1 << 40: most} {
		for range 100 {
			if got := retry.Backoff(n, base, most); got > want || got < want-want/4 {
				t.Errorf("Backoff(%d) = %v, want %v less at most a quarter", n, got, want)
			}
		}
	}
}

func TestSleep_EndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if err := retry.Sleep(t.Context(), time.Minute); err != nil || time.Since(start) != time.Minute {
			t.Errorf("Sleep = %v after %v, want nil after a minute", err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start = time.Now()
		if err := retry.Sleep(ctx, time.Minute); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("Sleep = %v after %v, want the context's error after a second", err, time.Since(start))
		}
	})
}

func TestOverdue_GoesByEitherClock(t *testing.T) {
	start := time.Now()
	ctx, cancel := context.WithDeadline(t.Context(), start.Add(time.Hour))
	defer cancel()
	for name, tt := range map[string]struct {
		ctx  context.Context
		now  time.Time
		want bool
	}{
		"in time":                        {ctx, start.Add(time.Hour - 1), false},
		"a process that stood still":     {ctx, start.Add(time.Hour), true},
		"a machine that slept":           {ctx, start.Round(0).Add(2 * time.Hour), true},
		"a clock that was set back":      {ctx, start.Round(0).Add(-2 * time.Hour), false},
		"a context without any deadline": {t.Context(), start.Add(24 * time.Hour), false},
	} {
		if got := retry.Overdue(tt.ctx, tt.now); got != tt.want {
			t.Errorf("%s: overdue %t, want %t", name, got, tt.want)
		}
	}
}

func TestTrouble_LogsAnOutageTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		trouble := retry.Trouble{Logger: slog.New(slog.NewTextHandler(&log, nil)), Work: "watching"}
		start := time.Now()
		for range 100 {
			trouble.Note(t.Context(), errors.New("down"))
		}
		if took := time.Since(start); took < 90*retry.Most*3/4 || took > 100*retry.Most {
			t.Errorf("100 failures took %v, want waits that grow to %v", took, retry.Most)
		}
		trouble.Note(t.Context(), nil)
		trouble.Note(t.Context(), nil)
		if lines := strings.Split(strings.TrimSpace(log.String()), "\n"); len(lines) != 2 ||
			!strings.Contains(lines[0], "err=down") || !strings.Contains(lines[1], "failures=100") {
			t.Errorf("the log has %q, want one line of the beginning and one of the end", lines)
		}
	})
}
