package answer

import (
	"testing"
	"time"

	"tidings/bot"
)

func TestSourceState_SaysWhatIsDoubtful(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 3, 5, 12, 0, 0, 0, time.UTC)
	for doubts, want := range map[int]string{
		0: "read 5 minutes ago",
		1: "read 5 minutes ago; in its document: item 3: its date cannot be read",
		4: "read 5 minutes ago; in its document: item 3: its date cannot be read, and 3 more doubts",
	} {
		s := bot.Source{Kind: bot.FeedSource}
		s.Fetch.LastTry, s.Fetch.LastSuccess = now.Add(-5*time.Minute), now.Add(-5*time.Minute)
		s.Fetch.Memory.Doubts, s.Fetch.Memory.Doubt = doubts, "item 3: its date cannot be read"
		if got := SourceState(&s, now).String(); got != want {
			t.Errorf("%d doubts: %q, want %q", doubts, got, want)
		}
	}
}
