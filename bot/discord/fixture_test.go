package discord

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

const testToken = "MTIzNDU2Nzg5.GabcdE.the-secret-part-of-a-token"

// world is a Discord with a guild, two people, and an adapter that is not running yet.
type world struct {
	*sandboxdiscord.StandIn
	url             string
	adapter         *Adapter
	log             *bottest.Log
	state           *memoryState
	inbox           *memoryInbox
	guild, channel  string
	manager, member string
	commands        chan *sandboxdiscord.Interaction // the newest that nobody has asked for
}

func newWorld(t *testing.T, cfg sandboxdiscord.Config) *world {
	t.Helper()
	cfg.Token = testToken
	d := sandboxdiscord.New(cfg)
	srv := httptest.NewServer(d)
	t.Cleanup(func() {
		d.Close()
		srv.Close()
	})
	w := &world{
		StandIn: d, url: srv.URL, log: &bottest.Log{}, state: &memoryState{}, inbox: &memoryInbox{},
		commands: make(chan *sandboxdiscord.Interaction, 1),
	}
	w.guild = d.AddGuild("Newsroom")
	w.channel = d.AddChannel(w.guild, "alerts")
	w.manager, w.member = d.AddUser("ann"), d.AddUser("bob")
	d.SetMemberPermissions(w.channel, w.manager, sandboxdiscord.MemberDefault|sandboxdiscord.ManageChannels)
	w.adapter = w.newAdapter(t, testToken, srv.URL)
	return w
}

// newAdapter returns an adapter with short waits.
func (w *world) newAdapter(t *testing.T, token, url string) *Adapter {
	t.Helper()
	a, err := New(Config{
		Token: token, APIURL: url, State: w.state, Inbox: w.inbox,
		Logger: w.log.Logger(),
	})
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(a.rest.client.CloseIdleConnections)
	a.timings.backoffMin, a.timings.backoffMax = 5*time.Millisecond, 50*time.Millisecond
	a.timings.deferAfter = 300 * time.Millisecond
	a.timings.refusedMin, a.timings.refusedMax = 5*time.Millisecond, 50*time.Millisecond
	a.timings.identifyGap, a.timings.settle = time.Millisecond, time.Millisecond
	return a
}

// run runs the adapter until the test ends, and waits until it is connected and has published its
// commands. The returned function ends it and returns what Run did.
func (w *world) run(t *testing.T, h bot.Handler) (stop func() error) {
	t.Helper()
	stop, _ = w.start(t, h)
	ctx := within(t)
	if err := w.WaitReady(ctx); err != nil {
		t.Fatalf("not ready: %v\n%s", err, w.log)
	}
	for _, c := range h.Commands() {
		if err := w.WaitCommands(ctx, c.Name); err != nil {
			t.Fatalf("command %s not published: %v\n%s", c.Name, err, w.log)
		}
	}
	return stop
}

// start runs the adapter until the test ends. ended receives what Run returned, and stop ends it.
func (w *world) start(t *testing.T, h bot.Handler) (stop func() error, ended <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	result, done := make(chan error, 1), make(chan error, 1)
	a := w.adapter
	go func() {
		err := a.Run(ctx, h)
		result <- err
		done <- err
	}()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() { _ = stop() })
	return stop, result
}

// within bounds a test's waits.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// eventually waits until something that the stand-in cannot be asked to wait for has come true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	ctx := within(t)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func (w *world) here() bot.Target {
	return bot.Target{Platform: Platform, Space: w.guild, Chat: w.channel}
}

// posted returns the bodies of the requests that posted or edited messages or answered people.
func (w *world) posted() [][]byte {
	var bodies [][]byte
	for _, r := range w.Requests() {
		if r.Method != http.MethodGet && (strings.Contains(r.Path, "/messages") || strings.Contains(r.Path, "/callback") ||
			strings.Contains(r.Path, "/webhooks/")) {
			bodies = append(bodies, r.Body)
		}
	}
	return bodies
}

func TestAdapter_KeepsItsPromises(t *testing.T) {
	bottest.Adapter(t, func(t *testing.T) bottest.Fixture {
		w := newWorld(t, sandboxdiscord.Config{Unlimited: true})
		return w.fixture(t)
	})
}

func (w *world) fixture(t *testing.T) bottest.Fixture {
	left := w.AddGuild("Left")
	gone := w.AddChannel(left, "alerts")
	w.RemoveGuild(left)
	return bottest.Fixture{
		Adapter: w.adapter,
		Secret:  testToken,
		Log:     w.log.String,
		Here:    w.here(), Name: "Newsroom",
		Gone: bot.Target{Platform: Platform, Space: left, Chat: gone},
		Once: true,
		ID:   w.person,
		Shown: func(at bot.Target) []bottest.Seen {
			var shown []bottest.Seen
			for _, m := range w.Messages(at.Chat) {
				if m.EphemeralTo == "" {
					shown = append(shown, see(m))
				}
			}
			return shown
		},
		Inject: w.inject,
		Heal:   w.Faults.Clear,
		Menu: func(ctx context.Context) ([]string, error) {
			err := w.WaitCommands(ctx, "help")
			var names []string
			for _, c := range w.Commands() {
				if c.Type != commandOnMessage {
					names = append(names, c.Name)
				}
			}
			return names, err
		},
		Command: w.command,
		Acknowledged: func(ctx context.Context) error {
			select {
			case it := <-w.commands:
				_, _, err := it.Acknowledged(ctx)
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		},
		Press:     w.press,
		CommandOn: w.commandOn,
		Ask:       w.ask,
		Delete:    func(m bottest.Seen) { w.DeleteMessage(m.ID) },
		Remove: func(context.Context) error {
			w.RemoveGuild(w.guild)
			return nil
		},
		Return: func(context.Context) error {
			w.ReturnGuild(w.guild)
			return nil
		},
		Refused: func() (bot.Adapter, func() int) {
			return w.newAdapter(t, "wrong-token", w.url), func() int { return w.Counters().Unauthorized }
		},
		Unreachable: func() bot.Adapter { return w.newAdapter(t, testToken, "http://127.0.0.1:1") },
	}
}

func (w *world) inject(f bottest.Fault) {
	fault := sandbox.Fault{Path: "/channels/", Times: f.Times, RetryAfter: f.After}
	if f.Everywhere {
		fault.Path = ""
	}
	switch f.Kind {
	case bottest.ServerError:
		fault.Kind, fault.Status = sandbox.FaultStatus, 500
	case bottest.Garbage:
		fault.Kind, fault.Status, fault.Body = sandbox.FaultStatus, 502, "<html>Bad Gateway</html>"
	case bottest.RateLimit:
		fault.Kind = sandbox.FaultRateLimit
	case bottest.Hang:
		fault.Kind = sandbox.FaultHang
	case bottest.ResetBefore:
		fault.Kind = sandbox.FaultResetBefore
	case bottest.ResetAfter:
		fault.Kind = sandbox.FaultResetAfter
	}
	w.Faults.Inject(fault)
}

func (w *world) person(who bottest.Person) string {
	if who == bottest.Manager {
		return w.manager
	}
	return w.member
}

func (w *world) command(ctx context.Context, who bottest.Person, e bottest.Entry) (bottest.Seen, error) {
	var options []sandboxdiscord.Option
	for _, a := range e.Args {
		o := sandboxdiscord.Option{Name: a.Name, Value: a.Value}
		if n, err := strconv.ParseInt(a.Value, 10, 64); err == nil && (a.Name == "count" || a.Name == "number") {
			o.Value = n
		}
		options = append(options, o)
	}
	it, err := w.Command(ctx, w.person(who), w.channel, e.Name, options)
	if err != nil {
		return bottest.Seen{}, err
	}
	select {
	case w.commands <- it:
	default:
	}
	m, err := it.Reply(ctx)
	return see(m), err
}

func (w *world) press(
	ctx context.Context, who bottest.Person, m bottest.Seen, label string,
) (after bottest.Seen, notice string, err error) {
	before, _ := w.Message(m.ID)
	data := ""
	for _, row := range before.Components {
		for _, c := range row.Components {
			if c.Label == label {
				data = c.CustomID
			}
		}
	}
	it, err := w.Press(ctx, w.person(who), m.ID, data)
	if err != nil {
		return bottest.Seen{}, "", err
	}
	kind, _, err := it.Acknowledged(ctx)
	if err != nil {
		return bottest.Seen{}, "", err
	}
	reply, err := it.Reply(ctx)
	if kind == respondMessage {
		notice = see(reply).Text
	}
	now, _ := w.Message(m.ID)
	return see(now), notice, err
}

// commandOn picks a command from the menu of a message, where it stands under another name.
func (w *world) commandOn(ctx context.Context, who bottest.Person, m bottest.Seen, e bottest.Entry) (bottest.Seen, error) {
	label := map[string]string{"why": "Why this alert?"}[e.Name]
	it, err := w.CommandOn(ctx, w.person(who), m.ID, label)
	if err != nil {
		return bottest.Seen{}, err
	}
	reply, err := it.Reply(ctx)
	return see(reply), err
}

func (w *world) ask(ctx context.Context, who bottest.Person, e bottest.Entry) (bottest.Asked, error) {
	it, err := w.Command(ctx, w.person(who), w.channel, e.Name, nil)
	if err != nil {
		return bottest.Asked{}, err
	}
	form, err := it.Form(ctx)
	if err != nil {
		return bottest.Asked{}, err
	}
	field := form.Fields[0]
	return bottest.Asked{
		Text: strings.Join([]string{form.Title, readMarkdown(form.Text).text.String(), field.Label, field.Value}, "\n"),
		FillIn: func(ctx context.Context, text string) (bottest.Seen, error) {
			it, err := w.Submit(ctx, it.ID(), map[string]string{field.CustomID: text})
			if err != nil {
				return bottest.Seen{}, err
			}
			reply, err := it.Reply(ctx)
			return see(reply), err
		},
	}, nil
}

// see reads a message as Discord shows it.
func see(m sandboxdiscord.Message) bottest.Seen {
	s := bottest.Seen{ID: m.ID, Private: m.EphemeralTo != "", ReplyTo: m.ReplyTo, Files: m.Files, Styled: map[bot.Style][]string{}}
	var parts []string
	read := func(markdown string) {
		r := readMarkdown(markdown)
		parts = append(parts, r.text.String())
		s.Links = append(s.Links, r.links...)
		s.Pings = append(s.Pings, r.mentions...)
		for mark, style := range map[string]bot.Style{"**": bot.Bold, "~~": bot.Strike} {
			s.Styled[style] = append(s.Styled[style], r.styled[mark]...)
		}
	}
	read(m.Content)
	for _, e := range m.Embeds {
		if e.Author != nil {
			parts = append(parts, e.Author.Name)
		}
		read(e.Title)
		read(e.Description)
		if e.URL != "" {
			s.Links = append(s.Links, e.URL)
		}
		if e.Footer != nil {
			parts = append(parts, e.Footer.Text)
		}
		if at, err := time.Parse(time.RFC3339, e.Timestamp); err == nil {
			parts = append(parts, at.Format("2 Jan 2006 15:04"))
		}
	}
	for _, p := range parts {
		if p != "" {
			s.Text = strings.TrimPrefix(s.Text+"\n"+p, "\n")
		}
	}
	for _, row := range m.Components {
		for _, c := range row.Components {
			s.Buttons = append(s.Buttons, c.Label)
			if c.URL != "" {
				s.Links = append(s.Links, c.URL)
			}
		}
	}
	s.Notified = slices.Concat(m.Pings.Users, m.Pings.Roles)
	s.Silent = m.Silent()
	if m.Pings.Any() {
		s.Pings = append(s.Pings, fmt.Sprint(m.Pings))
	}
	return s
}
