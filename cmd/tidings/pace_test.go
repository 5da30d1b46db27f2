package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
	"tidings/internal/sandbox"
	"tidings/internal/sandbox/telegram"
)

// load is a number of messages, and the least time that the platforms' limits allow it.
type load struct {
	name                      string
	channels, chats, articles int
	least                     time.Duration
}

func loads() []load {
	return []load{
		{name: "50 articles for 20 Telegram chats", chats: 20, articles: 50, least: 49 * time.Second},        // one a second
		{name: "1 article for 3,000 Telegram chats", chats: 3000, articles: 1, least: 100 * time.Second},     // 30 a second
		{name: "1 article for 3,000 Discord channels", channels: 3000, articles: 1, least: 60 * time.Second}, // 50 a second
	}
}

// weather is what the network does, and how much longer than the limits ask a load may take then.
type weather struct {
	name  string
	delay time.Duration // at most, on each way
	most  float64
}

func weathers() []weather {
	return []weather{{name: "still", most: 1.02}, {name: "15 ms of delay", delay: 15 * time.Millisecond, most: 1.10}}
}

// meet lets a load meet the weather, and returns how long it took, compared with the least, and how often
// the platforms had to say that it is too fast.
func (f *load) meet(t testing.TB, w weather, through network) (ratio float64, limited int) {
	t.Helper()
	s := newStage(t, through, f.channels, f.chats)
	if w.delay > 0 {
		delay := sandbox.Fault{Kind: sandbox.FaultDelay, Delay: w.delay, Times: -1}
		s.discord.Faults.Inject(delay)
		s.telegram.Faults.Inject(delay)
	}
	_, stop := s.run()
	begun := time.Now()
	s.put(stories(f.articles)...)
	last := s.lastShown(f.articles)
	stop()
	for _, to := range s.targets() {
		if got := len(s.shown(to)); got != f.articles {
			t.Errorf("%v shows %d alerts, want %d", to, got, f.articles)
		}
	}
	return float64(last.Sub(begun)) / float64(f.least), s.limited()
}

// lastShown waits until every target shows n alerts and returns when that was.
func (s *stage) lastShown(n int) time.Time {
	s.t.Helper()
	for {
		sent := s.telegram.Stats().Requests + s.discord.Counters().Requests
		if sent >= n*len(s.targets()) && s.backlog() == 0 {
			return time.Now()
		}
		<-time.After(50 * time.Millisecond)
	}
}

// TestPace_UsesWhatThePlatformsAllow meets the loads in the test's own time.
func TestPace_UsesWhatThePlatformsAllow(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("thousands of requests")
	}
	for _, f := range loads() {
		for _, w := range weathers() {
			t.Run(f.name+", "+w.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ratio, limited := f.meet(t, w, pipes)
					t.Logf("%.3f times as long as the limits ask", ratio)
					if ratio > w.most || limited > 0 {
						t.Errorf("it took %.3f times as long as the limits ask, want %.2f; rate limited %d times", ratio, w.most, limited)
					}
				})
			})
		}
	}
}

// BenchmarkPace meets the loads in real time, over sockets: each takes a minute or two.
func BenchmarkPace(b *testing.B) {
	for _, f := range loads() {
		for _, w := range weathers() {
			b.Run(f.name+", "+w.name, func(b *testing.B) {
				for b.Loop() {
					ratio, limited := f.meet(b, w, sockets)
					b.ReportMetric(ratio, "of-the-least-time")
					b.ReportMetric(float64(limited), "429s")
				}
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// BenchmarkWaiting measures what 10,000 chats that wait cost in memory, while alerts go out: of the heap, and
// of all that the process uses, with the stand-in in it.
func BenchmarkWaiting(b *testing.B) {
	const chats = 10_000
	s := newStage(b, sockets, 0, chats)
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / 1e6
	}
	for b.Loop() {
		heapBefore, allBefore := heap(), residentMB(b, os.Getpid())
		_, stop := s.run()
		s.put(stories(1)...)
		heapMost, allMost := 0.0, 0.0
		for range 20 {
			<-time.After(time.Second)
			heapMost, allMost = max(heapMost, heap()), max(allMost, residentMB(b, os.Getpid()))
		}
		stop()
		b.ReportMetric(heapMost-heapBefore, "MB-heap")
		b.ReportMetric(allMost-allBefore, "MB-resident")
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkUrgent measures how long an urgent article takes to the first chat past a backlog of 100,000.
func BenchmarkUrgent(b *testing.B) {
	const chats, articles = 1000, 100
	s := newStage(b, sockets, 0, chats)
	_, stop := s.run()
	s.put(stories(articles)...)
	for s.backlog() < chats*articles*9/10 {
		<-time.After(100 * time.Millisecond)
	}
	var took []float64
	for i := 0; b.Loop(); i++ {
		events := s.telegram.Watch(b.Context())
		begun := time.Now()
		_, err := s.db.Put(b.Context(), []bot.Article{
			{Source: "wire", Title: fmt.Sprintf("Flash %d", i), Published: begun, Urgency: 1},
		})
		s.check(err)
		for e := range events {
			if e.Kind == telegram.Sent && strings.HasPrefix(e.Message.Text, "Flash") {
				break
			}
		}
		took = append(took, time.Since(begun).Seconds())
	}
	stop()
	b.ReportMetric(quantile(took, 1), "s-to-the-first-chat")
	b.ReportMetric(0, "ns/op")
}

// TestDeliver_LetsAFloodOfFlashesStarveNoOtherSource: 150 flashes of one source go to 300 chats and 30 channels. An ordinary
// article of another source reaches other places within seconds.
func TestDeliver_LetsAFloodOfFlashesStarveNoOtherSource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, pipes, 31, 301)
		calm := []bot.Target{s.channels[30], s.chats[300]}
		for _, to := range s.targets() {
			subs, err := s.db.SubscriptionsOf(t.Context(), to)
			s.check(err)
			filter := "source:siren"
			if slices.Contains(calm, to) {
				filter = "source:gazette"
			}
			s.check(s.db.SetFilter(t.Context(), subs[0].ID, filter))
		}
		_, stop := s.run()
		var flashes []bot.Article
		for _, title := range stories(150) {
			flashes = append(flashes, bot.Article{Source: "siren", GUID: title, Title: title, Published: time.Now(), Urgency: 1})
		}
		_, err := s.db.Put(t.Context(), flashes)
		s.check(err)
		<-time.After(3 * time.Second)
		_, err = s.db.Put(t.Context(), []bot.Article{{Source: "gazette", GUID: "g", Title: "Story of others", Published: time.Now()}})
		s.check(err)
		<-time.After(3 * time.Second)
		for _, to := range calm {
			if got := s.shown(to); len(got) != 1 {
				t.Errorf("after 3 s %v shows %q, want the article", to, got)
			}
		}
		stop()
	})
}
