package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/telegram"
	"tidings/internal/sandbox"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

const wrongToken = "7000000001:wrong-token-wrong-token-wrong-token-00"

// world is a stand-in of Telegram with a group of two, and an adapter connected to it.
type world struct {
	tg      *sandboxtelegram.StandIn
	address string
	memory  *memory
	log     *bottest.Log
	adapter *telegram.Adapter
	manager sandboxtelegram.User
	member  sandboxtelegram.User
	group   sandboxtelegram.Chat
}

func newWorld(t *testing.T) *world {
	return newWorldOf(t, sandboxtelegram.Config{Unlimited: true})
}

func newWorldOf(t *testing.T, cfg sandboxtelegram.Config) *world {
	t.Helper()
	w := &world{tg: sandboxtelegram.New(cfg), memory: newMemory(), log: &bottest.Log{}}
	srv := httptest.NewServer(w.tg)
	t.Cleanup(srv.Close)
	t.Cleanup(w.tg.Close) // first, or the server waits for long polls
	w.address = srv.URL
	w.adapter = w.newAdapter(t, telegram.Config{})
	w.manager = w.tg.AddUser(sandboxtelegram.User{FirstName: "Ann"})
	w.member = w.tg.AddUser(sandboxtelegram.User{FirstName: "Bob"})
	w.group = must(w.tg.AddSupergroup("Newsroom", w.manager.ID))(t)
	check(t, w.tg.SetMember(w.group.ID, w.member.ID, sandboxtelegram.Member))
	t.Cleanup(func() {
		for _, secret := range []string{sandboxtelegram.DefaultToken, wrongToken} {
			if strings.Contains(w.log.String(), secret) {
				t.Errorf("the log contains a token:\n%s", w.log)
			}
		}
	})
	return w
}

// newAdapter fills in what cfg leaves empty.
func (w *world) newAdapter(t *testing.T, cfg telegram.Config) *telegram.Adapter {
	t.Helper()
	if cfg.Token == "" {
		cfg.Token = sandboxtelegram.DefaultToken
	}
	if cfg.APIURL == "" {
		cfg.APIURL = w.address
	}
	if cfg.Inbox == nil {
		cfg.Inbox = w.memory
	}
	cfg.State = w.memory
	cfg.Logger = w.log.Logger()
	return must(telegram.New(cfg))(t)
}

// here is the group as a target.
func (w *world) here() bot.Target { return target(w.group.ID) }

func target(chat int64) bot.Target {
	return bot.Target{Platform: telegram.Platform, Chat: strconv.FormatInt(chat, 10)}
}

// run serves h until the test ends or stop is called, which returns the error of Run.
func (w *world) run(t *testing.T, a *telegram.Adapter, h bot.Handler) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, h) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { check(t, stop()) })
	return stop
}

// await calls is for what has happened so far and for every visible change, until it returns true.
func (w *world) await(ctx context.Context, is func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	events := w.tg.Watch(ctx)
	for !is() {
		if _, ok := <-events; !ok {
			return errors.New("waited in vain")
		}
	}
	return nil
}

// answerTo waits for the bot's answer to a message.
func (w *world) answerTo(ctx context.Context, m sandboxtelegram.Message) (sandboxtelegram.Message, error) {
	var answer sandboxtelegram.Message
	err := w.await(ctx, func() bool {
		for _, got := range w.tg.Messages(m.Chat.ID) {
			if w.isBots(got) && got.ReplyTo != nil && got.ReplyTo.ID == m.ID {
				answer = got
				return true
			}
		}
		return false
	})
	return answer, err
}

// after waits for the bot's first message behind m, for chats where answers quote nothing.
func (w *world) after(t *testing.T, m sandboxtelegram.Message) sandboxtelegram.Message {
	t.Helper()
	var answer sandboxtelegram.Message
	err := w.await(t.Context(), func() bool {
		for _, got := range w.tg.Messages(m.Chat.ID) {
			if got.ID > m.ID && w.isBots(got) {
				answer = got
				return true
			}
		}
		return false
	})
	if err != nil {
		t.Fatalf("no answer to %q: %v\n%s", m.Text, err, w.log)
	}
	return answer
}

func (w *world) isBots(m sandboxtelegram.Message) bool {
	return m.From != nil && m.From.ID == w.tg.Bot().ID || m.From == nil && !strings.HasPrefix(m.Text, "/")
}

// seen returns a message as the conformance suite wants it.
func seen(m sandboxtelegram.Message) bottest.Seen {
	s := bottest.Seen{ID: strconv.Itoa(m.ID), Text: m.Text + m.Caption, Silent: m.Silent, Styled: map[bot.Style][]string{}}
	if m.Document != nil {
		s.Files = []string{m.Document.FileName}
	}
	if m.ReplyTo != nil {
		s.ReplyTo = strconv.Itoa(m.ReplyTo.ID)
	}
	for _, e := range m.Entities {
		part := slice(m.Text, e)
		switch e.Type {
		case "text_link":
			s.Links = append(s.Links, e.URL)
		case "url":
			s.Links = append(s.Links, part)
			if !strings.HasPrefix(part, "http") {
				s.Pings = append(s.Pings, part)
			}
		case "text_mention":
			s.Notified = append(s.Notified, strconv.FormatInt(e.User.ID, 10))
			s.Pings = append(s.Pings, part)
		case "mention":
			s.Pings = append(s.Pings, part)
		case "bold":
			s.Styled[bot.Bold] = append(s.Styled[bot.Bold], part)
		case "strikethrough":
			s.Styled[bot.Strike] = append(s.Styled[bot.Strike], part)
		}
	}
	if m.PreviewURL != "" {
		s.Links = append(s.Links, m.PreviewURL)
	}
	if m.Keyboard != nil {
		for _, row := range m.Keyboard.Rows {
			for _, b := range row {
				s.Buttons = append(s.Buttons, b.Text)
				if b.URL != "" {
					s.Links = append(s.Links, b.URL)
				}
			}
		}
	}
	return s
}

// slice returns the part of a text that an entity is about.
func slice(text string, e sandboxtelegram.Entity) string {
	all := utf16.Encode([]rune(text))
	return string(utf16.Decode(all[e.Offset : e.Offset+e.Length]))
}

func (w *world) shown(at bot.Target) []bottest.Seen {
	chat, _ := strconv.ParseInt(at.Chat, 10, 64)
	var out []bottest.Seen
	for _, m := range w.tg.Messages(chat) {
		if w.isBots(m) && m.Text+m.Caption != "" {
			out = append(out, seen(m))
		}
	}
	return out
}

func (w *world) inject(f bottest.Fault) {
	fault := sandbox.Fault{Times: f.Times, RetryAfter: f.After, Path: "Message"}
	if f.Everywhere {
		fault.Path = ""
	}
	switch f.Kind {
	case bottest.ServerError:
		fault.Status, fault.Body = 500, `{"ok":false,"error_code":500,"description":"Internal Server Error"}`
	case bottest.Garbage:
		fault.Status, fault.Body = 502, "<html><body>502 Bad Gateway</body></html>"
	case bottest.RateLimit:
		fault.Kind = sandbox.FaultRateLimit
	case bottest.Hang:
		fault.Kind = sandbox.FaultHang
	case bottest.ResetBefore:
		fault.Kind = sandbox.FaultResetBefore
	case bottest.ResetAfter:
		fault.Kind = sandbox.FaultResetAfter
	}
	w.tg.Faults.Inject(fault)
}

func (w *world) menu(ctx context.Context) ([]string, error) {
	scope := sandboxtelegram.Scope{Type: "all_chat_administrators"} // the last that is set
	err := w.await(ctx, func() bool { return len(w.tg.Commands(scope, "")) > 0 })
	var names []string
	for _, c := range w.tg.Menu(w.manager.ID, w.group.ID) {
		names = append(names, c.Command)
	}
	return names, err
}

func (w *world) person(who bottest.Person) sandboxtelegram.User {
	if who == bottest.Manager {
		return w.manager
	}
	return w.member
}

func (w *world) command(ctx context.Context, who bottest.Person, e bottest.Entry) (bottest.Seen, error) {
	m, err := w.tg.Say(w.person(who).ID, w.group.ID, 0, e.Line())
	if err != nil {
		return bottest.Seen{}, err
	}
	answer, err := w.answerTo(ctx, m)
	return seen(answer), err
}

// commandOn types a command as a reply.
func (w *world) commandOn(ctx context.Context, who bottest.Person, on bottest.Seen, e bottest.Entry) (bottest.Seen, error) {
	id, err := strconv.Atoi(on.ID)
	if err != nil {
		return bottest.Seen{}, err
	}
	m, err := w.tg.Reply(w.person(who).ID, w.group.ID, id, e.Line())
	if err != nil {
		return bottest.Seen{}, err
	}
	answer, err := w.answerTo(ctx, m)
	return seen(answer), err
}

// ask types a command and expects a message that asks for a reply.
func (w *world) ask(ctx context.Context, who bottest.Person, e bottest.Entry) (bottest.Asked, error) {
	user := w.person(who).ID
	m, err := w.tg.Say(user, w.group.ID, 0, e.Line())
	if err != nil {
		return bottest.Asked{}, err
	}
	question, err := w.answerTo(ctx, m)
	if err == nil && !question.Asks(user) {
		err = fmt.Errorf("no reply is asked for: %+v", question)
	}
	return bottest.Asked{Text: question.Text, FillIn: func(ctx context.Context, text string) (bottest.Seen, error) {
		m, err := w.tg.Reply(user, w.group.ID, question.ID, text)
		if err != nil {
			return bottest.Seen{}, err
		}
		answer, err := w.answerTo(ctx, m)
		return seen(answer), err
	}}, err
}

// number reads the id of a message.
func number(t *testing.T, id string) int {
	t.Helper()
	return must(strconv.Atoi(id))(t)
}

func (w *world) press(
	ctx context.Context, who bottest.Person, s bottest.Seen, label string,
) (after bottest.Seen, notice string, err error) {
	find := func() *sandboxtelegram.Message {
		for _, m := range w.tg.Messages(w.group.ID) {
			if strconv.Itoa(m.ID) == s.ID {
				return &m
			}
		}
		return nil
	}
	before := find()
	if before == nil || before.Keyboard == nil {
		return after, "", fmt.Errorf("message %s has no buttons", s.ID)
	}
	for _, b := range slices.Concat(before.Keyboard.Rows...) {
		if b.Text != label {
			continue
		}
		answer, err := w.tg.Press(ctx, w.person(who).ID, w.group.ID, before.ID, b.Data)
		if err == nil && answer.Text == "" {
			err = w.await(ctx, func() bool { return find().EditDate != 0 && find().Text != before.Text })
		}
		return seen(*find()), answer.Text, err
	}
	return after, "", fmt.Errorf("no button %q", label)
}

func newFixture(t *testing.T) bottest.Fixture { return newWorld(t).fixture(t) }

func (w *world) fixture(t *testing.T) bottest.Fixture {
	t.Helper()
	gone := must(w.tg.AddGroup("Gone", w.manager.ID))(t)
	check(t, w.tg.Kick(gone.ID))
	return bottest.Fixture{
		Adapter: w.adapter, Secret: sandboxtelegram.DefaultToken, Log: w.log.String,
		Here: w.here(), Name: "Newsroom", Gone: target(gone.ID), Shown: w.shown, Lines: true,
		ID:     func(who bottest.Person) string { return strconv.FormatInt(w.person(who).ID, 10) },
		Inject: w.inject, Heal: w.tg.Faults.Clear,
		Menu: w.menu, Command: w.command, Press: w.press, CommandOn: w.commandOn, Ask: w.ask,
		Delete: func(m bottest.Seen) { check(t, w.tg.DeleteMessage(w.group.ID, number(t, m.ID))) },
		Remove: func(context.Context) error { return w.tg.Kick(w.group.ID) },
		Return: func(context.Context) error { return w.tg.Return(w.group.ID) },
		Refused: func() (bot.Adapter, func() int) {
			return w.newAdapter(t, telegram.Config{Token: wrongToken}), func() int { return w.tg.Stats().Refused }
		},
		Unreachable: func() bot.Adapter { return w.newAdapter(t, telegram.Config{APIURL: closedAddress(t)}) },
	}
}

// closedAddress returns an address that refuses connections.
func closedAddress(t *testing.T) string {
	l := must((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	check(t, l.Close())
	return "http://" + l.Addr().String()
}

// patience bounds what a test waits for.
const patience = time.Minute

// asked waits until the handler has been asked n times.
func asked(t *testing.T, h *bottest.Handler, n int) []bot.Invocation {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return must(h.WaitInvocations(ctx, n))(t)
}

// presence waits until the handler has received a change.
func presence(t *testing.T, h *bottest.Handler, want bot.Presence) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := h.WaitPresence(ctx, func(p bot.Presence) bool { return reflect.DeepEqual(p, want) }); err != nil {
		t.Fatalf("the handler did not get %+v but %+v", want, h.Presences())
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		check(t, err)
		return v
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
