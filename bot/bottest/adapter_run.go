package bottest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

// settle is how long goroutines may take to be gone after their owner has waited for them.
const settle = 5 * time.Second

func runSuite(t *testing.T, newFixture func(t *testing.T) Fixture) {
	t.Run("leaves no goroutine behind", func(t *testing.T) { // alone, because it counts them
		leavesNothing(t, newAdapterSuite(t, newFixture))
	})
	each(t, newFixture, []check{
		{"publishes the commands", publishesCommands},
		{"serves a command", servesCommand},
		{"serves subcommands", servesSubcommand},
		{"serves short forms", servesAlias},
		{"hands arguments over as they are", handsOverArguments},
		{"knows managers", knowsManagers},
		{"serves buttons", servesButtons},
		{"shows a notice to the presser alone", showsNotice},
		{"serves a command on a message", servesCommandOnMessage},
		{"asks for a line of text", asksForLine},
		{"asks again", asksAgain},
		{"answers however slow the handler is", answersSlowly},
		{"answers one while another waits", answersSideBySide},
		{"survives a handler that panics", survivesPanic},
		{"survives an outage at the start", survivesOutage},
		{"ends promptly while a handler waits", endsPromptly},
		{"ends while the platform is unreachable", endsUnreachable},
		{"gives up on a refused token at once", givesUp},
		{"reports its removal and return", reportsPresence},
	})
}

// table is the command table that the suite serves.
func table() []bot.Command {
	text := bot.Arg{Name: "filter", Help: "words to look for"}
	number := bot.Arg{Name: "number", Help: "of the subscription", Kind: bot.NumberArg, Required: true, Min: 1, Max: 100}
	return []bot.Command{
		{
			Name: "latest", Aliases: []string{"search"}, Help: "Recent headlines", Example: "latest missile 5",
			Args: []bot.Arg{text, {Name: "count", Help: "how many", Kind: bot.NumberArg, Min: 1, Max: 10}},
		},
		{Name: "subscribe", Aliases: []string{"sub"}, Help: "Alerts here", Access: bot.Managers, Args: []bot.Arg{text}},
		{Name: "filter", Help: "Change a filter", Sub: []bot.Command{
			{Name: "set", Help: "Set a filter", Access: bot.Managers, Args: []bot.Arg{number, text}},
			{Name: "test", Help: "Try a filter", Args: []bot.Arg{text}},
		}},
		{
			Name: "why", Help: "Why an alert came", OnMessage: "Why this alert?",
			Args: []bot.Arg{{Name: "link", Help: "an address"}},
		},
		{Name: "help", Help: "What the bot can do"},
	}
}

// serving is an adapter that runs.
type serving struct {
	cancel context.CancelFunc
	ended  chan struct{}
	err    error // of Run, once ended is closed
}

// serve runs the adapter until the test ends.
func (x *adapterSuite) serve(t *testing.T, a bot.Adapter, h bot.Handler) *serving {
	t.Helper()
	ctx, cancel := context.WithCancel(x.ctx)
	s := &serving{cancel: cancel, ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		s.err = a.Run(ctx, h)
	}()
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return s
}

// stop ends Run and returns its error.
func (s *serving) stop() error {
	s.cancel()
	select {
	case <-s.ended:
		return s.err
	case <-time.After(patience):
		return errors.New("does not end with its context")
	}
}

// up serves h and waits until the commands are published.
func (x *adapterSuite) up(t *testing.T, h *Handler) *serving {
	t.Helper()
	if h.Table == nil {
		h.Table = table()
	}
	s := x.serve(t, x.Adapter, h)
	if _, err := x.Menu(x.ctx); err != nil {
		t.Fatalf("no menu: %v\n%s", err, x.Log())
	}
	return s
}

func publishesCommands(t *testing.T, x *adapterSuite) {
	x.serve(t, x.Adapter, &Handler{Table: table()})
	got, err := x.Menu(x.ctx)
	if err != nil {
		t.Fatalf("no menu: %v", err)
	}
	slices.Sort(got)
	if want := []string{"filter", "help", "latest", "subscribe", "why"}; !slices.Equal(slices.Compact(got), want) {
		t.Errorf("the menu offers %q, want %q", got, want)
	}
}

func survivesOutage(t *testing.T, x *adapterSuite) {
	x.Inject(Fault{Kind: Garbage, Everywhere: true})
	x.Inject(Fault{Kind: ServerError, Everywhere: true})
	x.up(t, &Handler{})
	if got := x.command(t, Member, Entry{Name: "help"}); got.Text != "ok" {
		t.Errorf("after the outage the answer reads %q", got.Text)
	}
}

func endsPromptly(t *testing.T, x *adapterSuite) {
	began := make(chan struct{})
	s := x.up(t, &Handler{Answer: func(ctx context.Context, _ bot.Invocation) bot.Message {
		close(began)
		<-ctx.Done()
		return bot.Message{Text: bot.Plain("too late")}
	}})
	ctx, cancel := context.WithCancel(x.ctx)
	defer cancel()
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		_, _ = x.Command(ctx, Member, Entry{Name: "latest"}) // whether it is answered is not at stake
	}()
	<-began
	start := time.Now()
	if err := s.stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("Run took %v to end", took)
	}
	cancel()
	<-asked
}

func endsUnreachable(t *testing.T, x *adapterSuite) {
	s := x.serve(t, x.Unreachable(), &Handler{Table: table()})
	for deadline := time.Now().Add(patience); x.Log() == "" && time.Now().Before(deadline); {
		runtime.Gosched()
	}
	if x.Log() == "" {
		t.Error("the log does not say that the platform is unreachable")
	}
	if err := s.stop(); err != nil {
		t.Errorf("Run returned %v, want it to wait for better times", err)
	}
}

func givesUp(t *testing.T, x *adapterSuite) {
	a, refusals := x.Refused()
	s := x.serve(t, a, &Handler{Table: table()})
	select {
	case <-s.ended:
	case <-x.ctx.Done():
		t.Fatal("Run goes on with a refused token")
	}
	if !errors.Is(s.err, bot.ErrUnauthorized) {
		t.Errorf("Run returned %v, want ErrUnauthorized", s.err)
	}
	if got := refusals(); got != 1 {
		t.Errorf("the token was tried %d times, want once", got)
	}
	x.keepsSecret(t, "error", fmt.Sprintf("%v %+v", s.err, s.err))
	s.err = nil // it is what the test asked for
}

func reportsPresence(t *testing.T, x *adapterSuite) {
	h := &Handler{}
	x.up(t, h)
	covers := func(kind bot.PresenceKind) func(bot.Presence) bool {
		return func(p bot.Presence) bool {
			s := p.Scope
			return p.Kind == kind && s.Platform == x.Here.Platform && s.Thread == "" &&
				(s.Chat == x.Here.Chat || s.Chat == "" && s.Space == x.Here.Space && s.Space != "")
		}
	}
	if err := x.Remove(x.ctx); err != nil {
		t.Fatalf("Remove: %v", err)
	}
	p, err := h.WaitPresence(x.ctx, covers(bot.Left))
	if err != nil {
		t.Fatalf("the removal was not reported: %v", err)
	}
	if p.Reason == "" {
		t.Error("the removal has no reason")
	}
	if err := x.Return(x.ctx); err != nil {
		t.Fatalf("Return: %v", err)
	}
	if _, err := h.WaitPresence(x.ctx, covers(bot.Back)); err != nil {
		t.Fatalf("the return was not reported: %v", err)
	}
}

func leavesNothing(t *testing.T, x *adapterSuite) {
	before := goroutines()
	s := x.up(t, &Handler{})
	x.command(t, Member, Entry{Name: "help"})
	if err := s.stop(); err != nil {
		t.Fatalf("Run: %v", err)
	}
	var left []string
	for deadline := time.Now().Add(settle); time.Now().Before(deadline); runtime.Gosched() {
		left = left[:0]
		for id, stack := range goroutines() {
			if before[id] == "" && ownedByAdapter(stack) {
				left = append(left, stack)
			}
		}
		if len(left) == 0 {
			return
		}
	}
	t.Errorf("Run left %d goroutines behind:\n%s", len(left), strings.Join(left, "\n\n"))
}

// goroutines returns the stacks of all goroutines by what names them.
func goroutines() map[string]string {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	all := map[string]string{}
	for stack := range strings.SplitSeq(string(buf), "\n\n") {
		id, _, _ := strings.Cut(stack, " [")
		all[id] = stack
	}
	return all
}

// ownedByAdapter reports whether a goroutine is neither of the stand-in, the test or the pool of
// idle connections.
func ownedByAdapter(stack string) bool {
	for _, other := range []string{
		"net/http.(*conn)", "net/http.(*connReader)", "net/http.(*Server)", "internal/sandbox",
		"net/http.(*persistConn).readLoop", "net/http.(*persistConn).writeLoop", "net/http.(*Transport)", "testing.",
	} {
		if strings.Contains(stack, other) {
			return false
		}
	}
	return true
}
