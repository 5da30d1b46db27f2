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
			if most := courtesy + (courtesySlots-1)*courtesySlot; wait < courtesy || wait > most || l == alone && wait != courtesy {
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

// A feed that another process is found to have is not tried for, unless somebody asks for it now.
func TestLook_LeavesAFeedThatAnotherHasMeanwhile(t *testing.T) {
	t.Parallel()
	l := newLoop(poller(t, newMemory(), time.Hour))
	now := l.poller.now()
	f := bot.DueFeed{ID: "feed", Address: "https://news.example/", LastTry: now.Add(-time.Hour), Due: now.Add(-time.Minute)}
	l.adopt(f)
	e := l.entries["feed"]
	f.Claimed = true
	if l.adopt(f); e.at.Before(now.Add(claimAgain)) {
		t.Errorf("it is tried after %v", e.at.Sub(now))
	}
	e.asked = true
	l.queue.put(e, now)
	if l.adopt(f); !e.at.Equal(now) {
		t.Errorf("although somebody asked it is tried after %v", e.at.Sub(now))
	}
}

// A process that is late with its feeds finds which of them others have fetched.
func TestLook_FindsWhatOthersHaveFetchedOfLateFeeds(t *testing.T) {
	t.Parallel()
	now := time.Now()
	late := bot.Source{Name: "late", URL: "https://news.example/", Fetch: bot.FetchState{LastTry: now.Add(-time.Hour), Next: now.Add(-overlap)}}
	other := late
	other.Name = "other"
	m := newMemory(late, other)
	l := newLoop(poller(t, m, time.Hour))
	l.look(t.Context(), now)
	l.look(t.Context(), now.Add(lookEvery))
	if len(l.queue) != 2 {
		t.Fatalf("%d feeds wait, want 2", len(l.queue))
	}
	m.mu.Lock()
	m.due["late"] = now.Add(time.Hour)
	m.mu.Unlock()
	if l.look(t.Context(), now.Add(2*lookEvery)); len(l.queue) != 1 || l.queue[0].id != "other" {
		t.Errorf("%d feeds wait, want the one that nobody has fetched", len(l.queue))
	}
}
