package plan

import (
	"fmt"
	"testing"
	"time"

	"tidings/bot"
)

func TestFilters_KeepAsManyAsFit(t *testing.T) {
	t.Parallel()
	var f filters
	for range 2 {
		if f.parse(`"`) != nil {
			t.Error("a faulty filter is parsed")
		}
	}
	first := f.parse("missile")
	if first == nil || f.parse("missile") != first {
		t.Error("a filter is parsed anew")
	}
	for i := range 2 * maxFilters {
		f.parse(fmt.Sprint("word", i))
	}
	if n := len(f.parsed); n > maxFilters {
		t.Errorf("%d filters are kept, want %d at most", n, maxFilters)
	}
	if got := f.parse("missile"); got == nil || got.String() != "missile" {
		t.Errorf("after that it is %v", got)
	}
}

// BenchmarkDecide_OfManyFilters plans an article for a chat of eight subscriptions and two mutes.
func BenchmarkDecide_OfManyFilters(b *testing.B) {
	r := &bot.Rhythm{Settings: bot.Settings{Quiet: bot.Quiet{From: 22 * 60, To: 7 * 60}}}
	for i := range 8 {
		r.Subscriptions = append(r.Subscriptions, bot.Subscription{ID: int64(i + 1), Number: i + 1, Filter: fmt.Sprintf(`word%d OR "ballistic missile" -drill`, i)})
	}
	for i := range 2 {
		r.Mutes = append(r.Mutes, bot.Mute{Kind: bot.MuteWords, Value: fmt.Sprintf("muted%d AND strike", i)})
	}
	p, now := New(time.UTC), time.Date(2026, 5, 11, 12, 0, 0, 0, time.UTC)
	it := Item{Article: &bot.Article{ID: 7, Title: "Two ferries sail to the islands", Summary: "After a storm of three days"}, Subscription: 1, Came: now}
	b.ReportAllocs()
	for b.Loop() {
		p.Decide(r, it, now)
	}
}
