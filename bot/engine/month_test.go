package engine_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
	"tidings/bot/plan"
)

// How much of a newsroom's month is simulated. "make sim-month" simulates all of it.
var (
	simDays     = flag.Int("sim-days", 2, "how many days of a newsroom are simulated")
	simChats    = flag.Int("sim-chats", 30, "in how many chats")
	simArticles = flag.Int("sim-articles", 60, "with how many articles a day")
	simTopics   = flag.Int("sim-topics", 5, "about how many topics; a chat wants one")
	simSeed     = flag.Uint64("sim-seed", 1, "by which dice")
)

// TestMonth simulates a newsroom: chats with all kinds of settings, changes of the clock in several of their zones, managers
// who change their minds, and a process that is killed each day, just when a platform has shown its message.
func TestMonth(t *testing.T) {
	inWorld(t, func(w *world) {
		m := newMonth(w)
		began := m.realTime()
		m.furnish()
		m.play()
		m.check()
		t.Logf("%d days, %d chats, %d articles, %d alerts wanted: %d shown, %d counted in digests, %d muted, %d still to come",
			*simDays, *simChats, *simDays**simArticles, m.wanted, m.shown, m.counted, m.muted, m.waiting)
		t.Logf("%d messages, %d of them digests and lists; %d kills, %d repeats by key", m.desk.messages, m.desk.lists, m.kills, m.desk.repeats)
		t.Logf("lost: %d; shown twice: %d; early: %d; too loud: %d; over a limit: %d; late: %d", m.lost, m.twice, m.early, m.loud, m.over, m.late)
		t.Logf("on their second: %d; late by a kill: %d, by %v at most", m.onTime, m.lateByKill, m.latest.Round(time.Second))
		t.Logf("simulated in %v", m.realTime().Sub(began).Round(time.Second))
		if m.lost+m.twice+m.early+m.loud+m.over+m.late > 0 {
			t.Error("see above")
		}
		if m.onTime == 0 || m.kills < *simDays-1 || m.desk.repeats == 0 {
			t.Error("too little happened")
		}
	})
}

// monthBegins is when: on the day before Berlin's clocks change. Cairo's do on the 29th, New York's on 1 November.
func monthBegins() time.Time { return time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC) }

// month is the simulation of one.
type month struct {
	*world
	monthTally
	dice      *rand.Rand
	desk      *newsdesk
	planner   *plan.Planner
	home      *time.Location
	chats     []*follower
	published int // articles
	process   *process
	downtimes []downtime
}

// follower is a chat, and what it should get.
type follower struct {
	to      bot.Target
	rhythm  bot.Rhythm
	changed bool                // its settings, on the way
	due     map[int64]plan.Plan // by article, as it was when it came
	muted   map[int64]bool      // by article
	shown   map[int64][]time.Time
	sent    []sentMessage
	counted int // by digests, beyond what they show
}

func newMonth(w *world) *month {
	home, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		w.Fatal(err)
	}
	m := &month{world: w, home: home, dice: rand.New(rand.NewPCG(*simSeed, 15)), planner: plan.New(home)}
	w.skip(time.Until(monthBegins()))
	m.desk = &newsdesk{month: m, keys: map[string]bot.Receipt{}}
	return m
}

// furnish subscribes the chats, and gives all but three in ten settings.
func (m *month) furnish() {
	for i := range *simChats {
		f := &follower{
			to: chat(fmt.Sprintf("chat%03d", i)), due: map[int64]plan.Plan{}, muted: map[int64]bool{}, shown: map[int64][]time.Time{},
		}
		m.chats = append(m.chats, f)
		wish := wishes{m.dice}
		s := bot.Subscription{Target: f.to, Filter: m.topic(i), Stories: bot.Apart}
		if i%10 >= 3 {
			s.Preferences = wish.preferences()
		}
		sub, err := m.store.Subscribe(m.Context(), s)
		if err != nil {
			m.Fatal(err)
		}
		if i%10 >= 3 {
			set := wish.settings()
			m.change(f, func(s *bot.Settings) { *s = set })
		}
		if i%17 == 5 {
			if _, err := m.store.AddMute(m.Context(), f.to, bot.Mute{Kind: bot.MuteWords, Value: "tariff", Name: "tariff"}); err != nil {
				m.Fatal(err)
			}
		}
		if f.rhythm, err = m.store.RhythmOf(m.Context(), f.to); err != nil {
			m.Fatal(err)
		}
		if len(f.rhythm.Subscriptions) == 0 {
			f.rhythm.Subscriptions = []bot.Subscription{sub}
		}
	}
}

func (m *month) change(f *follower, change func(*bot.Settings)) {
	if _, err := m.store.ChangeSettings(m.Context(), f.to, change); err != nil {
		m.Fatal(err)
	}
}

func (m *month) topic(i int) string { return fmt.Sprintf("topic%02d", i%*simTopics) }

// play lets the days pass.
func (m *month) play() {
	m.start()
	gap := 24 * time.Hour / time.Duration(*simArticles)
	for range *simDays {
		dies, changes := m.dice.IntN(*simArticles), m.dice.IntN(*simArticles)
		for n := range *simArticles {
			next := monthBegins().Add(time.Duration(m.published)*gap + time.Duration(m.dice.Int64N(int64(gap))))
			<-time.After(next.Sub(m.now()))
			m.desk.killNext.CompareAndSwap(false, n == dies)
			if m.process.dead.Load() {
				m.restart()
			}
			if n == changes {
				m.changeOne()
			}
			m.publish()
		}
	}
	m.desk.killNext.Store(false)
	<-time.After(time.Hour)
	if m.process.dead.Load() {
		m.restart()
	}
	<-time.After(2 * time.Minute)
	synctest.Wait()
	m.process.stop()
}

// changeOne lets a manager of some chat choose other hours.
func (m *month) changeOne() {
	f := m.chats[m.dice.IntN(len(m.chats))]
	m.desk.mu.Lock()
	f.changed = true
	m.desk.mu.Unlock()
	m.change(f, func(s *bot.Settings) {
		s.Zone = "Asia/Tokyo"
		s.Quiet = wishes{m.dice}.quiet()
	})
}

// publish stores the next article, and notes when whom it should reach.
func (m *month) publish() {
	words := []string{"missile", "summit", "tariff", "harvest", "budget", "flood", "strike", "launch"}
	n, about := m.published, m.dice.IntN(*simTopics)
	a := bot.Article{
		Source: fmt.Sprintf("wire%02d", n%20), GUID: strconv.Itoa(n), URL: fmt.Sprintf("https://news.example/%d", n), Published: m.now(),
		Title: fmt.Sprintf("%s %s %x", m.topic(about), words[m.dice.IntN(len(words))], m.dice.Uint64()), Urgency: m.urgency(),
	}
	m.note(a, int64(n), about)
	if _, err := m.store.Put(m.Context(), []bot.Article{a}); err != nil {
		m.Fatal(err)
	}
}

// note notes what should become of an article.
func (m *month) note(a bot.Article, n int64, about int) {
	a.ID = n
	m.desk.mu.Lock()
	defer m.desk.mu.Unlock()
	m.published++
	for i := about; i < len(m.chats); i += *simTopics {
		f := m.chats[i]
		m.wanted++
		p := m.planner.Decide(&f.rhythm, plan.Item{Article: &a, Subscription: f.rhythm.Subscriptions[0].ID, Came: m.now()}, m.now())
		if f.muted[a.ID] = p.Mute != nil; p.Mute == nil {
			f.due[a.ID] = p
		}
	}
}

// urgency is that of one article in many.
func (m *month) urgency() int {
	switch n := m.dice.IntN(200); {
	case n == 0:
		return 1
	case n < 4:
		return 3
	case n < 14:
		return 8
	}
	return 5
}
