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
	"tidings/bot/engine"
)

// days writes matches a day: a digit is how many, and a number in brackets how often what stands before it comes.
func days(pattern string, times int, silent int) []int {
	var list []int
	for range times {
		for _, r := range pattern {
			list = append(list, int(r-'0'))
		}
	}
	return append(list, make([]int, silent)...)
}

func TestUnusual_TellsSilenceFromChance(t *testing.T) {
	for _, tt := range []struct {
		name    string
		matched []int
		quiet   int // days since the subscription
		want    bool
	}{
		{"daily, three days", days("1", 30, 3), 90, true},
		{"daily, two days", days("1", 30, 2), 90, false},
		{"daily, subscribed yesterday", days("1", 30, 20), 1, false},
		{"daily, subscribed three days ago", days("1", 30, 20), 3, true},
		{"weekdays, a long weekend", days("1111100", 6, 3), 90, false},
		{"weekdays, a week", days("1111100", 6, 7), 90, true},
		{"every other day, five days", days("10", 15, 5), 90, false},
		{"every other day, two weeks", days("10", 15, 14), 90, true},
		{"weekly, two weeks", days("1000000", 8, 14), 90, false},
		{"weekly, two months", days("1000000", 8, 60), 90, true},
		{"one busy day", append(days("0", 20, 0), append([]int{200}, days("0", 30, 0)...)...), 90, false},
		{"four days of matches are too few", append(days("0", 20, 0), days("1", 4, 30)...), 90, false},
		{"too short a past", days("1", 13, 30), 90, false},
		{"as long a pause as before", slices.Concat(days("1", 15, 10), days("1", 15, 12)), 90, false},
		{"far longer than any pause before", slices.Concat(days("1", 15, 10), days("1", 15, 21)), 90, true},
		{"nothing ever", days("0", 60, 0), 90, false},
		{"no past", nil, 90, false},
		{"goes on", days("1", 60, 0), 90, false},
	} {
		if _, got := engine.Unusual(tt.matched, tt.quiet); got != tt.want {
			t.Errorf("%s: unusual: %t", tt.name, got)
		}
	}
}

// Of filters that match at random, as rarely as they like, few are ever called silent; and every one that ends is, in time.
func TestUnusual_HardlyEverErrs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const rounds, long = 400, 60
	wrong := 0
	for range rounds {
		rate := 0.05 + 0.95*r.Float64()
		var matched []int
		silent := false
		for range 2 * long {
			n := 0
			if r.Float64() < rate {
				n = 1 + r.IntN(5)
			}
			matched = append(matched, n)
			_, now := engine.Unusual(matched[max(0, len(matched)-long):], long)
			silent = silent || now
		}
		if silent {
			wrong++
		}
	}
	if t.Logf("%d of %d filters that went on were called silent within %d days", wrong, rounds, 2*long); wrong > rounds/20 {
		t.Error("that is too many")
	}
}

// startSilences looks for silent subscriptions until the test ends, or stop is called.
func (w *world) startSilences(cfg engine.Config) (stop func()) {
	w.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.Context()))
	ended := make(chan error, 1)
	go func() { ended <- engine.RunSilences(ctx, cfg) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			w.Errorf("silences: %v", err)
		}
	})
	w.Cleanup(stop)
	return stop
}

// publish puts an article of each title a day, for some days.
func (w *world) publish(days int, titles ...string) {
	w.Helper()
	for day := range days {
		for _, title := range titles {
			w.put(fmt.Sprintf("%s %s %d", title, time.Now().Format(time.DateOnly), day))
		}
		<-time.After(24 * time.Hour)
	}
}

func TestSilences_AreToldOnceAndAgainAfterTheyEnded(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "missile")
		w.subscribe(room(), "harbor")
		w.subscribe(chat("gone"), "missile")
		if _, err := w.store.Suspend(w.Context(), chat("gone"), bot.Suspension{Reason: "removed"}); err != nil {
			t.Fatal(err)
		}
		stop := w.startSilences(w.config())
		w.publish(20, "Missile seen", "Harbor open")
		w.publish(3, "Harbor open")
		if got := w.settle(); len(got) != 0 {
			t.Fatalf("told too soon: %q", got)
		}
		w.publish(2, "Harbor open")
		got := w.settle()
		const want = "room: A subscription here has gone quiet:\n1. new articles matching missile\nNothing has matched since "
		if len(got) != 1 || !strings.HasPrefix(got[0], want) || !strings.Contains(got[0], "after about one alert a day before. Other articles keep coming") {
			t.Fatalf("after five days without a match the chat was told %q, want %q", got, want)
		}
		stop()
		stop = w.startSilences(w.config()) // a restart makes nothing new
		w.publish(4, "Harbor open")
		if got := w.settle(); len(got) != 1 {
			t.Fatalf("told again: %q", got)
		}
		w.publish(8, "Missile seen", "Harbor open")
		w.publish(25, "Harbor open")
		if got := w.settle(); len(got) != 2 {
			t.Errorf("after it resumed and ended again: %q", got)
		}
		stop()
	})
}

// A chat's subscriptions may be far apart among all that there are.
func TestSilences_AreToldInOneNotice(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "source:gone")
		for i := range 500 {
			w.subscribe(chat(fmt.Sprint(i)), "harbor")
		}
		w.subscribe(room(), "source:lost")
		w.startSilences(w.config())
		got := w.after(5 * 24 * time.Hour)
		if len(got) != 1 || !strings.Contains(got[0], "source:gone") || !strings.Contains(got[0], "source:lost") {
			t.Errorf("told: %q, want both in one notice", got)
		}
	})
}

// pacedStore notes when it is asked for a source by its name.
type pacedStore struct {
	engine.Store
	asked []time.Time // by one goroutine
}

func (s *pacedStore) SourceNamed(ctx context.Context, p bot.Place, name string) (bot.Source, error) {
	s.asked = append(s.asked, time.Now())
	return s.Store.SourceNamed(ctx, p, name)
}

func TestSilences_LeaveTheStoreToOthersBetweenNames(t *testing.T) {
	inWorld(t, func(w *world) {
		const names = 5
		for i := range 2 * names { // the second time it is known what a name is
			w.subscribe(chat(fmt.Sprint(i)), fmt.Sprintf("source:gazette%d harbor", i%names))
		}
		cfg := w.config()
		paced := &pacedStore{Store: cfg.Store}
		cfg.Store = paced
		stop := w.startSilences(cfg)
		w.after(engine.ChoreFirst)
		stop()
		if len(paced.asked) != names {
			t.Errorf("asked for %d names, want each once: %d", len(paced.asked), names)
		}
		for i := range len(paced.asked) - 1 {
			if pause := paced.asked[i+1].Sub(paced.asked[i]); pause < engine.SilencePause {
				t.Errorf("after the name %d the store was left to others for %v, want %v", i, pause, engine.SilencePause)
			}
		}
	})
}

func TestSilences_NameWhatIsWrongWithTheSource(t *testing.T) {
	inWorld(t, func(w *world) {
		for name, state := range map[string]bot.FetchState{
			"courier": {Failures: 9, Memory: bot.FetchMemory{Failing: time.Now()}},
			"gazette": {Memory: bot.FetchMemory{Ended: true}},
			"herald":  {LastSuccess: time.Now()},
		} {
			s := bot.Source{Name: name, Kind: bot.FeedSource, URL: "https://" + name + ".example/" + secret}
			if err := w.store.AddSource(w.Context(), s); err != nil {
				t.Fatal(err)
			}
			if err := w.store.SaveFetch(w.Context(), name, "", state); err != nil {
				t.Fatal(err)
			}
		}
		for chatName, filter := range map[string]string{
			"a": "source:courier ferry", "b": "source:gazette", "c": "source:removed", "d": "source:courier OR source:herald", "e": "-source:removed",
			"f": "source:remo*",
		} {
			w.subscribe(chat(chatName), filter)
		}
		w.startSilences(w.config())
		got := w.after(5 * 24 * time.Hour)
		slices.Sort(got)
		if len(got) != 3 {
			t.Fatalf("told: %q", got)
		}
		for i, want := range []string{
			"courier hasn't been readable since", "gazette has been closed by its publisher", "removed isn't followed any more",
		} {
			if !strings.Contains(got[i], want) || strings.Contains(got[i], secret) {
				t.Errorf("told %q, want %q", got[i], want)
			}
		}
	})
}
