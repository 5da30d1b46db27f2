package answer

import (
	"context"
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
func PerWeek(n int64) bot.Text {
	const weeks = RateDays / 7
	if n < weeks {
		return bot.Say("less than 1 a week")
	}
	return bot.Count(int((n+weeks/2)/weeks), "about %d a week", "about %d a week")
}

// SourceState says in plain words, for those who run the bot, how the reading of a source goes and
// what they can do. It names no address.
func SourceState(s *bot.Source, now time.Time) bot.Text {
	f := &s.Fetch
	switch {
	case s.Kind == bot.APISource:
		return bot.Say("published by the API")
	case s.Kind != bot.FeedSource:
		return bot.Say("read from files")
	case !s.Paused.IsZero():
		return bot.Say("paused %s", ago(now, s.Paused))
	case f.Memory.Ended:
		return advised(bot.Say("ended: %s", bot.Known(f.Error)), f)
	case f.Failures > 0:
		return failing(f, now)
	case f.LastTry.IsZero():
		return bot.Say("not read yet")
	}
	state, next := bot.Say("read %s", ago(now, f.LastSuccess)), until(now, f.Next)
	switch {
	case !f.Memory.Pushed.IsZero():
		state = bot.Say("%s, pushed by its hub", state)
	case f.Memory.NotBefore.After(now):
		state = bot.Say("%s, next %s as its server asks", state, next)
	case f.Next.After(now):
		state = bot.Say("%s, next %s", state, next)
	}
	return documentDoubts(state, f)
}

// failing is the state of a source that can't be read.
func failing(f *bot.FetchState, now time.Time) bot.Text {
	state := bot.Count(f.Failures, "failed %d time: %s", "failed %d times: %s", bot.Known(f.Error))
	if !f.LastSuccess.IsZero() {
		state = bot.Say("%s; last read %s", state, ago(now, f.LastSuccess))
	}
	if !f.Next.IsZero() {
		state = bot.Say("%s; next try %s", state, until(now, f.Next))
	}
	return advised(state, f)
}

// documentDoubts adds to a state what of the last document could not be read, or may be meant otherwise.
func documentDoubts(state bot.Text, f *bot.FetchState) bot.Text {
	doubt := bot.Known(f.Memory.Doubt)
	switch n := f.Memory.Doubts; n {
	case 0:
		return state
	case 1:
		return bot.Series(state, bot.Say("in its document: %s", doubt))
	default:
		return bot.Series(state, bot.Count(n-1, "in its document: %[2]s, and %[1]d more doubt", "in its document: %[2]s, and %[1]d more doubts", doubt))
	}
}

// BatchState says what was decided about a batch: "6 new, 25 older passed over, 3 renamed".
func BatchState(b *bot.Batch) bot.Text {
	var list []bot.Text
	for _, part := range []struct {
		n    int
		says bot.Text
	}{
		{b.First, bot.Count(b.First, "%d there at the first fetch", "%d there at the first fetch")},
		{b.New, bot.Count(b.New, "%d new", "%d new")},
		{b.Older, bot.Count(b.Older, "%d older passed over", "%d older passed over")},
		{b.Renamed, bot.Count(b.Renamed, "%d renamed", "%d renamed")},
		{b.OnHold, bot.Count(b.OnHold, "%d on hold", "%d on hold")},
	} {
		if part.n != 0 {
			list = append(list, part.says)
		}
	}
	return bot.List(list...)
}

// advised adds to a state what an operator can do about it, as a sentence without its full stop.
func advised(state bot.Text, f *bot.FetchState) bot.Text {
	if f.Memory.Advice == "" {
		return state
	}
	return bot.Say("%s. %s", state, bot.Known(strings.TrimSuffix(f.Memory.Advice, ".")))
}

// until returns in words how long it is to t.
func until(now, t time.Time) bot.Text {
	switch d := t.Sub(now); {
	case d < 2*time.Second:
		return bot.Say("now")
	case d < 2*time.Minute:
		return bot.Count(int(d.Seconds()), "in %d second", "in %d seconds")
	case d < 2*time.Hour:
		return bot.Count(int(d.Minutes()), "in %d minute", "in %d minutes")
	case d < 48*time.Hour:
		return bot.Count(int(d.Hours()), "in %d hour", "in %d hours")
	default:
		return bot.Count(int(d.Hours()/24), "in %d day", "in %d days")
	}
}
