package answer

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
)

// Refresher is an optional power of a [Prober]: it fetches a feed out of turn.
type Refresher interface {
	// Refresh asks the feed of a source soon. It returns [bot.ErrTooSoon] if it was asked a moment ago, or if
	// its server wants to be left alone.
	Refresh(ctx context.Context, source string) error
}

// RateDays is over how many days the articles of a source are counted for its daily rate.
const RateDays = 28

// PerWeek returns in words how many articles a week n in RateDays are.
func PerWeek(n int64) string {
	const weeks = RateDays / 7
	if n < weeks {
		return "less than 1"
	}
	return "about " + strconv.FormatInt((n+weeks/2)/weeks, 10)
}

// SourceState says in plain words, for those who run the bot, how the reading of a source goes and
// what they can do. It names no address.
func SourceState(s *bot.Source, now time.Time) string {
	f := &s.Fetch
	switch {
	case s.Kind == bot.APISource:
		return "published by the API"
	case s.Kind != bot.FeedSource:
		return "read from files"
	case !s.Paused.IsZero():
		return "paused " + ago(now, s.Paused)
	case f.Memory.Ended:
		return "ended: " + f.Error + advice(f)
	case f.Failures > 0:
		state := fmt.Sprintf("failed %s: %s", count(f.Failures, "time"), f.Error)
		if !f.LastSuccess.IsZero() {
			state += "; last read " + ago(now, f.LastSuccess)
		}
		if !f.Next.IsZero() {
			state += "; next try " + until(now, f.Next)
		}
		return state + advice(f)
	case f.LastTry.IsZero():
		return "not read yet"
	}
	state := "read " + ago(now, f.LastSuccess)
	switch {
	case !f.Memory.Pushed.IsZero():
		state += ", pushed by its hub"
	case f.Memory.NotBefore.After(now):
		state += ", next " + until(now, f.Next) + " as its server asks"
	case f.Next.After(now):
		state += ", next " + until(now, f.Next)
	}
	return state + documentDoubts(f)
}

// documentDoubts says what of the last document could not be read, or may be meant otherwise.
func documentDoubts(f *bot.FetchState) string {
	switch n := f.Memory.Doubts; n {
	case 0:
		return ""
	case 1:
		return "; in its document: " + f.Memory.Doubt
	default:
		return fmt.Sprintf("; in its document: %s, and %d more doubts", f.Memory.Doubt, n-1)
	}
}

// BatchState says what was decided about a batch: "6 new, 25 older passed over, 3 renamed".
func BatchState(b *bot.Batch) string {
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{
		{b.First, "there at the first fetch"},
		{b.New, "new"},
		{b.Older, "older passed over"},
		{b.Renamed, "renamed"},
		{b.OnHold, "on hold"},
	} {
		if part.n > 0 {
			parts = append(parts, strconv.Itoa(part.n)+" "+part.what)
		}
	}
	return strings.Join(parts, ", ")
}

// advice is what an operator can do about a failure, as a sentence behind others.
func advice(f *bot.FetchState) string {
	if f.Memory.Advice == "" {
		return ""
	}
	return ". " + strings.TrimSuffix(f.Memory.Advice, ".")
}

// until returns in words how long it is to t.
func until(now, t time.Time) string {
	switch d := t.Sub(now); {
	case d < 2*time.Second:
		return "now"
	case d < 2*time.Minute:
		return fmt.Sprintf("in %d seconds", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("in %d minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("in %d hours", int(d.Hours()))
	default:
		return fmt.Sprintf("in %d days", int(d.Hours()/24))
	}
}
