package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tidings/bot"
	"tidings/bot/engine"
	"tidings/internal/store"
)

// process is one run of the program over the store. When it is dead nothing that it does is on record.
type process struct {
	engine.Store
	dead atomic.Bool
	stop func()
}

var errDead = errors.New("the process is dead")

// Claim is that of the store, while the process lives.
func (p *process) Claim(ctx context.Context, platform string, n int, lease time.Duration) ([]bot.Delivery, error) {
	if p.dead.Load() {
		return nil, errDead
	}
	return p.Store.Claim(ctx, platform, n, lease)
}

// ClaimNext is that of the store, while the process lives. What is claimed for one that died meanwhile nobody sends.
func (p *process) ClaimNext(ctx context.Context, platform string, n int, lease time.Duration) ([]bot.Delivery, error) {
	list, err := p.Store.ClaimNext(ctx, platform, n, lease)
	if p.dead.Load() {
		return nil, errDead
	}
	return list, err
}

// Settle is that of the store, while the process lives.
func (p *process) Settle(ctx context.Context, d *bot.Delivery, o bot.Outcome) error {
	if p.dead.Load() {
		return errDead
	}
	return p.Store.Settle(ctx, d, o)
}

// Renew is that of the store, while the process lives.
func (p *process) Renew(ctx context.Context, list []*bot.Delivery, lease time.Duration) error {
	if p.dead.Load() {
		return errDead
	}
	return p.Store.Renew(ctx, list, lease)
}

// downtime is when no process worked.
type downtime struct{ from, to time.Time }

// start starts a process.
func (m *month) start() {
	s, err := store.Open(m.Context(), store.Config{URL: "sqlite:" + m.path, Now: m.now, Look: seldom})
	if err != nil {
		m.Fatal(err)
	}
	m.store = s
	m.process = &process{Store: s}
	stop := m.world.start(engine.Config{Store: m.process, Adapters: []bot.Adapter{m.desk}, Logger: slog.New(slog.DiscardHandler), Now: m.now, Zone: m.home})
	m.process.stop = func() {
		stop()
		if err := s.Close(); err != nil {
			m.Error(err)
		}
	}
}

// restart starts a process in place of one that was killed.
func (m *month) restart() {
	m.process.stop()
	<-time.After(5 * time.Second)
	m.kills++
	m.start()
	m.downtimes[len(m.downtimes)-1].to = m.now()
}

// newsdesk is a platform that knows keys: a message with one that it has seen lately is the one before.
type newsdesk struct {
	*month
	killNext atomic.Bool // kills the process when the next message has been shown

	mu                       sync.Mutex // guards what follows, and what chats should be shown and were
	keys                     map[string]bot.Receipt
	messages, lists, repeats int
}

// Platform returns the name.
func (d *newsdesk) Platform() string { return "paper" }

// Run waits for the end.
func (d *newsdesk) Run(ctx context.Context, _ bot.Handler) error {
	<-ctx.Done()
	return nil
}

// KeyLifetime says that keys are known for minutes.
func (d *newsdesk) KeyLifetime(context.Context, bot.Target) time.Duration { return 3 * time.Minute }

// Send shows a message.
func (d *newsdesk) Send(_ context.Context, to bot.Target, msg bot.Message) (bot.Receipt, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.process.dead.Load() {
		return bot.Receipt{}, errDead
	}
	receipt, seen := d.keys[to.Chat+msg.Key]
	if seen {
		d.repeats++
	} else {
		receipt = bot.Receipt{MessageID: strconv.Itoa(len(d.keys) + 1), Chat: to.Chat}
		d.keys[to.Chat+msg.Key] = receipt
		d.show(to, msg)
	}
	if d.killNext.CompareAndSwap(true, false) {
		d.process.dead.Store(true)
		d.downtimes = append(d.downtimes, downtime{from: d.now()})
		return bot.Receipt{}, errDead
	}
	return receipt, nil
}

// sentMessage is a message as far as limits go.
type sentMessage struct {
	at    time.Time
	level bot.Level // normal, if it is a list
	list  bool
}

var moreText = regexp.MustCompile(`\+([\d,]+) more`)

// show notes what a message shows.
func (d *newsdesk) show(to bot.Target, msg bot.Message) {
	var number int
	if _, err := fmt.Sscanf(to.Chat, "chat%d", &number); err != nil {
		d.Errorf("a message to %s", to)
		return
	}
	f := d.chats[number]
	d.messages++
	if msg.Card != nil {
		n := d.showArticle(f, msg.Card.URL)
		f.sent = append(f.sent, sentMessage{at: d.now(), level: f.due[n].Level})
		d.hear(f, msg, f.due[n].Silent)
		return
	}
	d.lists++
	silent := true
	f.sent = append(f.sent, sentMessage{at: d.now(), list: true})
	for _, span := range msg.Text {
		if span.Link != "" {
			silent = f.due[d.showArticle(f, span.Link)].Silent && silent
		}
	}
	more := moreText.FindStringSubmatch(msg.Text.String())
	d.hear(f, msg, silent && more == nil)
	if more != nil {
		n, _ := strconv.Atoi(strings.ReplaceAll(more[1], ",", ""))
		f.counted += n
	}
}

// hear checks that a message is as silent as all that it shows is to be, and mentions nobody whom nobody chose.
func (d *newsdesk) hear(f *follower, msg bot.Message, silent bool) {
	chosen := f.rhythm.Subscriptions[0].Preferences.Mentions
	if silent && !msg.Silent && !f.changed || len(msg.Mentions) > len(chosen) {
		d.loud++
		d.tell("too loud: %q in %s, mentioning %v", words(msg), f.to, msg.Mentions)
	}
}

// showArticle notes that a chat was shown the article of an address, and returns its number.
func (d *newsdesk) showArticle(f *follower, address string) int64 {
	var n int64
	if _, err := fmt.Sscanf(address, "https://news.example/%d", &n); err != nil {
		d.Errorf("%s was shown %q", f.to, address)
	}
	f.shown[n] = append(f.shown[n], d.now())
	return n
}
