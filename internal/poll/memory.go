package poll

import (
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/feed"
)

// defaultTTL is what the most used publishing software writes into every feed as the time to wait,
// asked or not. Taken at its word, it would delay half the world's news by an hour.
const defaultTTL = time.Hour

// A permanent redirect is followed at once and believed for good once it has been seen this often
// over this long.
const (
	moveTimes = 3
	moveAfter = 24 * time.Hour
)

// applyAnswer notes in memory what an answer to a fetch begun at start says.
func applyAnswer(m *bot.FetchMemory, got *fetched, start time.Time) {
	m.Failing, m.Reported, m.Gone, m.HostPause, m.Advice = time.Time{}, false, time.Time{}, time.Time{}, ""
	m.From = got.from
	m.MaxAge = 0
	if got.freshKnown {
		m.MaxAge = got.fresh
	}
	if got.whole {
		m.Whole = start
	}
	if got.document != nil {
		applyHints(m, &got.document.Hints)
		m.Doubts, m.Doubt = doubtsOf(got.document)
	}
	noteMove(m, got.moved, start)
}

// doubtsOf counts what of a document was passed over or is doubtful, and returns the first of it without what it
// quotes: it is for people in a chat, and nobody vouches for a feed's words.
func doubtsOf(d *feed.Document) (n int, first string) {
	n = len(d.Problems) + len(d.Doubts)
	for _, list := range [][]feed.Problem{d.Problems, d.Doubts} {
		if len(list) > 0 && first == "" {
			first, _, _ = strings.Cut(list[0].Reason, `: "`)
		}
	}
	if d.Salvaged {
		n++
		first = "it is cut off or broken, and what could be read was"
	}
	return n, first
}

// applyHints keeps what a document says of when to fetch it.
func applyHints(m *bot.FetchMemory, h *feed.Hints) {
	m.Hint = h.Every
	if m.Hint == defaultTTL {
		m.Hint = 0
	}
	m.SkipHours, m.SkipDays = 0, 0
	for _, hour := range h.SkipHours {
		m.SkipHours |= 1 << (hour % hoursPerDay)
	}
	for _, day := range h.SkipDays {
		m.SkipDays |= 1 << (day % daysPerWeek)
	}
}

// noteMove notes a permanent redirect, or that there is none any more.
func noteMove(m *bot.FetchMemory, to string, start time.Time) {
	switch {
	case to == "":
		m.Move = bot.Move{}
	case m.Move.To != to:
		m.Move = bot.Move{To: to, Since: start, Times: 1}
	default:
		m.Move.Times++
		if m.Move.Times >= moveTimes && start.Sub(m.Move.Since) >= moveAfter {
			m.Address, m.Move = to, bot.Move{}
		}
	}
}

// noteChange notes that something new was found.
func noteChange(m *bot.FetchMemory, at time.Time) {
	if !m.Changed.IsZero() {
		gap := at.Sub(m.Changed)
		if m.Gap > 0 {
			gap = (3*m.Gap + gap) / 4 // the newest of them counts a quarter
		}
		m.Gap = max(gap, time.Second)
	}
	m.Changed = at
}

const (
	hoursPerDay = 24
	daysPerWeek = 7
	allHours    = 1<<hoursPerDay - 1
	allDays     = 1<<daysPerWeek - 1
)

// outsideSkipped returns the first moment from t on that the document does not ask to skip. One that
// asks to skip everything is not believed.
func outsideSkipped(m *bot.FetchMemory, t time.Time) time.Time {
	if m.SkipHours == 0 && m.SkipDays == 0 || m.SkipHours&allHours == allHours || m.SkipDays&allDays == allDays {
		return t
	}
	utc := t.UTC()
	for m.SkipDays>>utc.Weekday()&1 == 1 || m.SkipHours>>utc.Hour()&1 == 1 {
		utc = utc.Truncate(time.Hour).Add(time.Hour)
	}
	if utc.Equal(t) {
		return t
	}
	return utc
}

// addressOf returns where a feed is fetched.
func addressOf(s *bot.Source) string {
	if a := s.Fetch.Memory.Address; a != "" {
		return a
	}
	return s.URL
}
