package engine_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
)

func TestDeliver_LosesNothingInAnOutageOfOneChat(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("sick"), "")
		w.subscribe(chat("well"), "")
		end := time.Now().Add(3 * time.Hour)
		w.startFussy(func(_ context.Context, to bot.Target, _ bot.Message) error {
			if to == chat("sick") && time.Now().Before(end) {
				return &bot.SendError{Reason: "internal server error"}
			}
			return nil
		})
		for n := range 7 {
			w.put(fmt.Sprint("story ", n))
			w.after(11 * time.Minute)
		}
		got := w.after(2*time.Hour + 30*time.Minute)
		if s := w.status(chat("sick")); s.Rejected > 0 || s.Waiting > 0 {
			w.Errorf("status = %+v, want none rejected and none waiting", s)
		}
		text := strings.Join(of(got, "sick"), "\n")
		for n := range 7 {
			if strings.Count(text, fmt.Sprint("story ", n)) != 1 {
				w.Errorf("story %d is not in the chat once:\n%s", n, text)
			}
		}
	})
}

func TestDeliver_SuspendsAChatThatRefusesTwoAlertsAlike(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("sick"), "")
		w.subscribe(chat("well"), "")
		end := time.Now().Add(20 * time.Minute)
		w.startFussy(func(_ context.Context, to bot.Target, _ bot.Message) error {
			if to == chat("sick") && time.Now().Before(end) {
				return &bot.SendError{Kind: bot.Unsendable, Code: "CHAT_FORBIDDEN", Reason: "refused: CHAT_FORBIDDEN"}
			}
			return nil
		})
		w.put("one", "two", "three")
		w.after(time.Minute)
		if s := w.status(chat("sick")); s.Suspended == "" || s.Rejected > 0 || s.Waiting != 3 {
			w.Fatalf("status = %+v, want the chat suspended and three waiting", s)
		}
		// It is tried again without any event, and reported once.
		got := of(w.after(2*time.Hour), "sick")
		if len(got) != 2 || got[0] != "one" || !strings.Contains(got[1], "2 alerts") {
			w.Errorf("the chat has %q, want the oldest alert and then the offer to catch up", got)
		}
		if s := w.status(chat("sick")); s.Suspended != "" || s.OnHold != 2 || s.Rejected != 0 {
			w.Errorf("status = %+v, want the chat back and two alerts on hold", s)
		}
	})
}

func TestDeliver_RejectsTheOneAlertThatAChatRefuses(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		w.startFussy(func(_ context.Context, _ bot.Target, m bot.Message) error {
			if strings.HasPrefix(words(m), "bad") {
				return &bot.SendError{Kind: bot.Unsendable, Code: "50035", Reason: "refused: 50035"}
			}
			return nil
		})
		w.put("bad", "good", "fine")
		w.wantSent(w.after(time.Hour), "room: good", "room: fine")
		if s := w.status(room()); s.Suspended != "" || s.Rejected != 1 {
			w.Errorf("status = %+v, want one rejected and the chat as it was", s)
		}
	})
}

// asking is an adapter that knows whether it may send.
type asking struct {
	*fussy
	mu    sync.Mutex // guards asked
	asked []time.Time
	may   func() bool
}

func (a *asking) CanSend(context.Context, bot.Target) (bool, string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, time.Now())
	return a.may(), "no right to write", nil
}

func TestProbe_ChecksWithGrowingDelaysBeforeItSends(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		end := time.Now().Add(24 * time.Hour)
		may := func() bool { return !time.Now().Before(end) }
		a := &asking{may: may, fussy: &fussy{Recorder: w.paper, before: func(context.Context, bot.Target, bot.Message) error {
			if !may() {
				return &bot.SendError{Kind: bot.TargetGone, Probe: true, Reason: "no right to write"}
			}
			return nil
		}}}
		cfg := w.config()
		cfg.Adapters = []bot.Adapter{a}
		w.start(cfg)
		w.put("story")
		w.wantSent(w.after(25 * time.Hour))
		a.mu.Lock()
		n := len(a.asked)
		first, last := a.asked[0], a.asked[n-1]
		a.mu.Unlock()
		if n < 8 || n > 12 || last.Sub(first) < 12*time.Hour {
			w.Errorf("asked %d times in a day, the last %v after the first; want some ten times, with growing waits", n, last.Sub(first))
		}
		w.wantSent(w.after(10*time.Hour), "room: story")
		if tries := len(w.paper.Tries()); tries != 1 {
			w.Errorf("%d messages reached the platform, want 1: it asks before it sends", tries)
		}
	})
}

func TestProbe_LooksForAnAlertThatNobodyHadConfirmed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		shown, sends := 0, 0
		a := &keyed{find: func(bot.Message) (bool, error) {
			if sends == 2 && time.Now().Minute()%2 == 0 {
				return false, &bot.SendError{Reason: "status 502"}
			}
			return shown > 0, nil
		}}
		a.fussy = &fussy{Recorder: w.paper, before: func(context.Context, bot.Target, bot.Message) error {
			if sends++; sends == 1 {
				return &bot.SendError{Kind: bot.TargetGone, Probe: true, Reason: "no right to write"}
			}
			if shown++; shown == 1 { // its answer is lost
				return &bot.SendError{Reason: "no answer", Uncertain: true}
			}
			return nil
		}}
		cfg := w.config()
		cfg.Adapters = []bot.Adapter{a}
		w.start(cfg)
		w.put("story")
		w.after(24 * time.Hour)
		if s := w.status(room()); shown != 1 || s.Suspended != "" || s.Waiting != 0 {
			w.Errorf("shown %d times, status %+v, want once, and a chat that is back", shown, s)
		}
	})
}

// keyed is an adapter that looks for its own messages, or cannot.
type keyed struct {
	*fussy
	find func(m bot.Message) (bool, error)
}

// KeyLifetime returns two minutes.
func (k *keyed) KeyLifetime(context.Context, bot.Target) time.Duration { return 2 * time.Minute }

func (k *keyed) FindSent(_ context.Context, _ bot.Target, forms []bot.Message, _ time.Time) (bot.Receipt, bool, error) {
	found, err := k.find(forms[0])
	return bot.Receipt{MessageID: "found"}, found, err
}

func TestDeliver_LooksForAnAlertThatItsKeyNoLongerKeepsFromDoubling(t *testing.T) {
	for name, tt := range map[string]struct {
		found bool
		err   error
		until time.Duration // it fails
		want  []string
	}{
		"it is there":                       {found: true, want: nil},
		"it is not there":                   {found: false, want: []string{"story"}},
		"it can't look":                     {err: &bot.SendError{Kind: bot.Unsendable, Reason: "no right to read"}, until: time.Hour, want: []string{"story"}},
		"it can't look at first":            {found: true, err: &bot.SendError{Reason: "status 502"}, until: 40 * time.Minute, want: nil},
		"it isn't to look at first":         {found: true, err: &bot.SendError{Kind: bot.RateLimited}, until: 20 * time.Minute, want: nil},
		"it can't look, and it isn't there": {err: context.DeadlineExceeded, until: 20 * time.Minute, want: []string{"story"}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.subscribe(room(), "")
				began := time.Now()
				a := &keyed{find: func(bot.Message) (bool, error) {
					if time.Since(began) < tt.until {
						return false, tt.err
					}
					return tt.found, nil
				}}
				a.fussy = &fussy{Recorder: w.paper, before: func(ctx context.Context, _ bot.Target, _ bot.Message) error {
					switch age := time.Since(began); {
					case age == 0: // the answer to the first is lost
						return &bot.SendError{Reason: "no answer", Uncertain: true}
					case age < 10*time.Minute:
						return &bot.SendError{Reason: "connection refused"}
					}
					return nil
				}}
				cfg := w.config()
				cfg.Adapters = []bot.Adapter{a}
				w.start(cfg)
				w.put("story")
				got := of(w.after(time.Hour), "room")
				if fmt.Sprint(got) != fmt.Sprint(tt.want) {
					w.Errorf("the chat got %q, want %q", got, tt.want)
				}
				if s := w.status(room()); s.Waiting != 0 || s.Rejected != 0 {
					w.Errorf("status = %+v, want nothing waiting and nothing rejected", s)
				}
			})
		})
	}
}

// TestDeliver_LetsAChatGoOnThoughAListCannotBeLookedFor has a list whose answer is lost in a chat that can't be read for hours.
func TestDeliver_LetsAChatGoOnThoughAListCannotBeLookedFor(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		var lists atomic.Int64
		var down, readable atomic.Bool
		a := &keyed{find: func(bot.Message) (bool, error) {
			if !readable.Load() {
				return false, &bot.SendError{Reason: "status 502"}
			}
			return true, nil
		}}
		a.fussy = &fussy{Recorder: w.paper, before: func(_ context.Context, _ bot.Target, m bot.Message) error {
			switch {
			case down.Load():
				return &bot.SendError{Reason: "connection refused"}
			case m.Card == nil && lists.Add(1) == 1: // it is shown, and its answer lost
				down.Store(true)
				return &bot.SendError{Reason: "no answer", Uncertain: true}
			}
			return nil
		}}
		cfg := w.config()
		cfg.Adapters = []bot.Adapter{a}
		w.start(cfg)
		down.Store(true)
		for n := range 8 {
			w.put(fmt.Sprint("story ", n))
		}
		w.wantSent(w.after(time.Minute))
		w.skip(3 * time.Hour)
		down.Store(false)
		w.after(time.Minute)
		w.put("later")
		w.wantSent(w.after(2 * time.Minute)) // its key is known no longer
		down.Store(false)
		w.wantSent(w.after(6*time.Minute), "room: later")
		w.put("latest")
		w.wantSent(w.after(time.Minute), "room: later", "room: latest")
		if s := w.status(room()); s.Waiting != 8 {
			w.Errorf("status %+v, want the list waiting", s)
		}
		w.after(3 * time.Hour)
		readable.Store(true)
		w.wantSent(w.after(time.Minute), "room: later", "room: latest")
		if s := w.status(room()); lists.Load() != 1 || s.Waiting != 0 || s.Rejected != 0 {
			w.Errorf("%d lists, status %+v, want one that was found", lists.Load(), s)
		}
	})
}

func TestDeliver_RepeatsAListOfUnknownOutcomeAsItWas(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		const many = 8
		var mu sync.Mutex
		var lists []bottest.Sent
		w.startFussy(func(_ context.Context, to bot.Target, m bot.Message) error {
			mu.Lock()
			defer mu.Unlock()
			if m.Card != nil { // an outage, until lists are due
				return &bot.SendError{Reason: "connection refused"}
			}
			lists = append(lists, bottest.Sent{To: to, Message: m})
			if len(lists) == 1 {
				return &bot.SendError{Reason: "no answer", Uncertain: true}
			}
			return nil
		})
		var list []bot.Article
		for n := range many {
			list = append(list, articles(fmt.Sprint("story ", n))...)
		}
		w.putArticles(list...)
		w.after(2 * time.Hour)
		for sent := 0; sent == 0; { // the list is due, and goes out with the next try
			w.after(time.Second)
			mu.Lock()
			sent = len(lists)
			mu.Unlock()
		}
		if _, err := w.store.Withdraw(w.Context(), "wire", []string{"story 3"}); err != nil {
			w.Fatal(err)
		}
		w.put("later")
		w.after(time.Hour)
		mu.Lock()
		defer mu.Unlock()
		if len(lists) < 2 {
			w.Fatalf("%d lists were sent, want the first and its repetition", len(lists))
		}
		first, again := lists[0].Message, lists[1].Message
		if first.Key != again.Key {
			w.Errorf("the list was repeated with the key %q, want %q as at first", again.Key, first.Key)
		}
		want := strings.Replace(first.Text.String(), "story 3\nwire · 1 Jan 2000, 00:00 UTC", "Withdrawn by the source\nwire", 1)
		if again.Text.String() != want || !strings.Contains(want, "Withdrawn") {
			w.Errorf("the list was repeated with other entries:\n%s\n\nwant\n%s", again.Text, want)
		}
	})
}
