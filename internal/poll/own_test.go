package poll

import (
	"fmt"
	"testing"
	"time"

	"tidings/bot"
)

// Of replicas that all find a feed due which none of them has had, one should be first, and not all try.
func TestLook_ReplicasTakeTurnsAtFeedsOfNobody(t *testing.T) {
	t.Parallel()
	const feeds = 200
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	p := poller(t, newMemory(), time.Hour)
	alone, first, second := newLoop(p), newLoop(p), newLoop(p)
	first.others, second.others = p.now(), p.now()
	apart := 0
	for i := range feeds {
		f := bot.DueFeed{ID: fmt.Sprint("feed", i), Address: "https://news.example/", LastTry: now.Add(-time.Hour), Due: now}
		for _, l := range []*loop{alone, first, second} {
			l.adopt(f)
			wait := l.entries[f.ID].due.Sub(now)
			if most := courtesy + courtesySpread; wait < courtesy || wait > most || l == alone && wait != courtesy {
				t.Fatalf("%s is left to others for %v", f.ID, wait)
			}
		}
		if d := first.entries[f.ID].due.Sub(second.entries[f.ID].due).Abs(); d > lookEvery/4 {
			apart++
		}
	}
	if apart < feeds/2 {
		t.Errorf("two replicas try %d of %d feeds at different times", apart, feeds)
	}
	first.late = time.Minute
	first.adopt(bot.DueFeed{ID: "another", LastTry: now, Due: now})
	if wait := first.entries["another"].due.Sub(now); wait < time.Minute+courtesy {
		t.Errorf("a replica that is late itself leaves a feed to others for %v", wait)
	}
	first.late, first.others = 0, first.others.Add(-othersFor)
	first.adopt(bot.DueFeed{ID: "later", LastTry: now, Due: now})
	if wait := first.entries["later"].due.Sub(now); wait != courtesy {
		t.Errorf("long after the others were gone a feed is left to them for %v", wait)
	}
	first.own.add("feed0")
	if first.adopt(bot.DueFeed{ID: "feed0", LastTry: now, Due: now}); !first.entries["feed0"].due.Equal(now) {
		t.Error("a replica leaves its own feed to others")
	}
}
