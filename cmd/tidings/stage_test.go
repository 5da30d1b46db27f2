package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/discord"
	"tidings/bot/engine"
	"tidings/bot/telegram"
	sandboxdiscord "tidings/internal/sandbox/discord"
	sandboxtelegram "tidings/internal/sandbox/telegram"
	"tidings/internal/store"
)

// stage is the delivery of alerts alone: a store, a bot with the real adapters, and the stand-ins, without
// people and their commands.
type stage struct {
	t        testing.TB
	db       *store.Store
	discord  *sandboxdiscord.StandIn
	telegram *sandboxtelegram.StandIn
	adapters []bot.Adapter
	channels []bot.Target
	chats    []bot.Target
	log      bottest.Log
}

// network makes a server reachable and returns its address and a client for it.
type network func(t testing.TB, h http.Handler) (url string, client *http.Client)

// sockets is the machine's own network.
func sockets(t testing.TB, h http.Handler) (string, *http.Client) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return srv.URL, &http.Client{Transport: transport}
}

// pipes is a network inside the process, for tests whose clock moves on only when everybody waits.
func pipes(t testing.TB, h http.Handler) (string, *http.Client) {
	t.Helper()
	l := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	srv := &http.Server{Handler: h} //nolint:gosec // it meets no strangers
	ended := make(chan struct{})
	go func() { defer close(ended); _ = srv.Serve(l) }()
	transport := &http.Transport{DialContext: l.dial, MaxIdleConnsPerHost: 64}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = srv.Close()
		<-ended
	})
	return "http://stand-in.test", &http.Client{Transport: transport}
}

type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case l.conns <- there:
		return here, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error { close(l.closed); return nil }

func (*pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

// deafDiscord and deafTelegram serve nobody. They have all powers of the adapter that they are.
type deafDiscord struct{ *discord.Adapter }

func (deafDiscord) Run(ctx context.Context, _ bot.Handler) error { <-ctx.Done(); return nil }

type deafTelegram struct{ *telegram.Adapter }

func (deafTelegram) Run(ctx context.Context, _ bot.Handler) error { <-ctx.Done(); return nil }

// newStage returns a stage with so many channels on Discord and private chats on Telegram, all of which
// get every article.
func newStage(t testing.TB, through network, channels, chats int) *stage {
	t.Helper()
	s := &stage{t: t}
	var err error
	s.db, err = store.Open(t.Context(), store.Config{
		URL: "sqlite:" + t.TempDir() + "/tidings.db", Look: time.Second, // nobody else writes
	})
	s.check(err)
	t.Cleanup(func() { s.check(s.db.Close()) })
	s.discord = sandboxdiscord.New(sandboxdiscord.Config{Token: discordToken, KeepRequests: 1})
	s.telegram = sandboxtelegram.New(sandboxtelegram.Config{Token: telegramToken})
	t.Cleanup(s.discord.Close)
	t.Cleanup(s.telegram.Close)
	discordURL, discordClient := through(t, s.discord)
	telegramURL, telegramClient := through(t, s.telegram)
	log := slog.New(slog.NewTextHandler(&s.log, nil))
	d, err := discord.New(discord.Config{Token: discordToken, APIURL: discordURL, State: s.db, Client: discordClient, Logger: log})
	s.check(err)
	tg, err := telegram.New(telegram.Config{
		Token: telegramToken, APIURL: telegramURL, State: s.db, Inbox: s.db, Client: telegramClient, Logger: log,
	})
	s.check(err)
	s.adapters = []bot.Adapter{deafDiscord{d}, deafTelegram{tg}}
	guild := s.discord.AddGuild("Newsroom")
	for i := range channels {
		id := s.discord.AddChannel(guild, fmt.Sprintf("alerts-%d", i))
		s.channels = append(s.channels, bot.Target{Platform: discord.Platform, Space: guild, Chat: id})
	}
	for i := range chats {
		u := s.telegram.AddUser(sandboxtelegram.User{FirstName: fmt.Sprintf("Reader %d", i)})
		_, err := s.telegram.Start(u.ID, "")
		s.check(err)
		s.chats = append(s.chats, bot.Target{Platform: telegram.Platform, Chat: strconv.FormatInt(u.ID, 10)})
	}
	for _, to := range s.targets() {
		_, err := s.db.Subscribe(t.Context(), bot.Subscription{Target: to})
		s.check(err)
	}
	return s
}

func (s *stage) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) targets() []bot.Target {
	return append(append([]bot.Target(nil), s.channels...), s.chats...)
}

// run starts the bot, and returns what ends it.
func (s *stage) run() (core *engine.Engine, stop func()) {
	s.t.Helper()
	core, err := engine.New(engine.Config{Store: s.db, Adapters: s.adapters, Logger: slog.New(slog.NewTextHandler(&s.log, nil))})
	s.check(err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- core.Run(ctx) }()
	return core, func() {
		s.t.Helper()
		cancel()
		s.check(<-ended)
	}
}

// put stores articles that are published now.
func (s *stage) put(titles ...string) {
	s.t.Helper()
	list := make([]bot.Article, len(titles))
	for i, title := range titles {
		list[i] = bot.Article{Source: "wire", GUID: title, Title: title, Published: time.Now()}
	}
	_, err := s.db.Put(s.t.Context(), list)
	s.check(err)
}

func stories(n int) []string {
	titles := make([]string, n)
	for i := range titles {
		titles[i] = fmt.Sprintf("Story %03d", i+1)
	}
	return titles
}

// shown returns the titles that a target shows, in their order.
func (s *stage) shown(to bot.Target) []string {
	s.t.Helper()
	var titles []string
	if to.Platform == discord.Platform {
		for _, m := range s.discord.Messages(to.Chat) {
			titles = append(titles, m.Embeds[0].Title)
		}
		return titles
	}
	chat, err := strconv.ParseInt(to.Chat, 10, 64)
	s.check(err)
	for _, m := range s.telegram.Messages(chat) {
		if title, _, _ := strings.Cut(m.Text, "\n"); strings.HasPrefix(title, "Story") {
			titles = append(titles, title)
		}
	}
	return titles
}

// backlog returns how many deliveries are still to be sent.
func (s *stage) backlog() int64 {
	s.t.Helper()
	sum, err := backlog(s.t.Context(), s.db)
	s.check(err)
	if sum > 0 {
		return sum
	}
	for _, to := range s.targets() { // what stepped aside doesn't count as backlog before its time
		status, err := s.db.TargetStatus(s.t.Context(), to)
		s.check(err)
		sum += int64(status.Waiting)
	}
	return sum
}

// drainLook is how often a look is taken at what waits. Hours pass in some tests, and each look costs a query for every
// target.
const drainLook = 5 * time.Second

// drained waits until everything put so far has been sent or rejected.
func (s *stage) drained() {
	s.t.Helper()
	for {
		<-time.After(drainLook)
		if s.backlog() == 0 {
			return
		}
	}
}

// limited returns how often the platforms answered that it is too fast.
func (s *stage) limited() int { return s.discord.Counters().RateLimited + s.telegram.Stats().Limited }
