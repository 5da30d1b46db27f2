package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
)

// unsteady is a platform that often loses requests and answers, for minutes all of them, refuses some messages whole, knows
// keys for a while, and can't always be read.
type unsteady struct {
	*bottest.Recorder
	now func() time.Time

	mu    sync.Mutex // guards all that follows
	dice  *rand.Rand
	began time.Time
	posts map[bot.Target][]shownPost
	first map[string]time.Time // when a message with a key was posted
	looks int                  // that failed
}

type shownPost struct {
	at   time.Time
	text string
}

const (
	// keyPromised is how long it says that it knows keys, keyKnown how long it does.
	keyPromised = 2 * time.Minute
	keyKnown    = 5 * time.Minute
	// troubleEvery and troubleLasts are how often nothing is answered and for how long.
	troubleEvery = 40 * time.Minute
	troubleLasts = 11 * time.Minute
)

func (f *unsteady) KeyLifetime(context.Context, bot.Target) time.Duration { return keyPromised }

func (f *unsteady) Send(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	f.mu.Lock()
	text := words(m)
	lost, unanswered, hangs := f.dice.IntN(8) == 0, f.inTrouble() || f.dice.IntN(5) == 0, f.dice.IntN(8) == 0
	refused := m.Card != nil && strings.Contains(text, "odd")
	if !lost && !refused && f.now().Sub(f.first[m.Key]) >= keyKnown {
		f.first[m.Key] = f.now()
		f.posts[to] = append(f.posts[to], shownPost{f.now(), text})
	}
	f.mu.Unlock()
	switch {
	case refused:
		return bot.Receipt{}, &bot.SendError{Kind: bot.Unsendable, Code: "odd", Reason: "it looks odd"}
	case hangs && (lost || unanswered):
		<-ctx.Done()
		return bot.Receipt{}, &bot.SendError{Reason: "no answer in time", Uncertain: true, Err: ctx.Err()}
	case lost || unanswered:
		return bot.Receipt{}, &bot.SendError{Reason: "the answer was lost", Uncertain: true}
	}
	return bot.Receipt{MessageID: "posted"}, nil
}

func (f *unsteady) inTrouble() bool {
	return f.now().Sub(f.began)%troubleEvery > troubleEvery-troubleLasts
}

func (f *unsteady) FindSent(_ context.Context, to bot.Target, forms []bot.Message, since time.Time) (bot.Receipt, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.inTrouble() || f.dice.IntN(3) == 0 {
		f.looks++
		return bot.Receipt{}, false, &bot.SendError{Kind: []bot.SendErrorKind{bot.Transient, bot.RateLimited}[f.looks%2], Reason: "not now"}
	}
	for _, p := range f.posts[to] {
		if is := func(m bot.Message) bool { return words(m) == p.text }; slices.ContainsFunc(forms, is) && !p.at.Before(since) {
			return bot.Receipt{MessageID: "found"}, true, nil
		}
	}
	return bot.Receipt{}, false, nil
}

func TestDeliver_ShowsNothingTwiceWhereThePlatformCanHelp(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			inWorld(t, func(w *world) {
				f := &unsteady{
					Recorder: w.paper, now: w.now, dice: rand.New(rand.NewPCG(seed, 1)), began: w.now(),
					posts: map[bot.Target][]shownPost{}, first: map[string]time.Time{},
				}
				const chats, stories = 6, 12
				for n := range chats {
					w.subscribe(chat(fmt.Sprint(n)), "")
				}
				cfg := w.config()
				cfg.Adapters = []bot.Adapter{f}
				w.start(cfg)
				want := map[string]bool{}
				for n := range stories {
					title := fmt.Sprintf("story %02d", n)
					want[title] = true
					a := articles(title)
					if n == 7 { // which comes in trouble
						a[0].Title += " is odd"
					}
					w.putArticles(a...)
					<-time.After(5 * time.Minute)
					a[0].Title += ", corrected"
					w.putArticles(a...)
					<-time.After(5 * time.Minute)
				}
				<-time.After(3 * time.Hour)
				f.mu.Lock()
				defer f.mu.Unlock()
				for n := range chats {
					seen := map[string]int{}
					for _, p := range f.posts[chat(fmt.Sprint(n))] {
						seen[p.text[:len("story 00")]]++
					}
					for title := range want {
						if seen[title] != 1 {
							w.Errorf("chat %d got %q %d times, want once", n, title, seen[title])
						}
					}
				}
				if f.looks == 0 {
					w.Error("no look failed, so nothing was tried")
				}
			})
		})
	}
}
