package discord

import (
	"context"
	"errors"
	"strings"
	"testing"

	"tidings/bot"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

// join runs the adapter of a second process and waits until it listens.
func (w *world) join(t *testing.T, h bot.Handler) (stop func() error) {
	t.Helper()
	w.adapter = w.newAdapter(t, testToken, w.url)
	stop, _ = w.start(t, h)
	eventually(t, "the second process listens", func() bool { _, up := w.adapter.Connected(); return up })
	return stop
}

func TestClaim_TwoProcessesAnswerOnce(t *testing.T) {
	t.Parallel()
	w := gatewayWorld(t)
	h := help()
	w.run(t, h)
	w.join(t, h)
	const n = 20
	for range n {
		w.serves(t)
	}
	eventually(t, "all are marked as answered", func() bool { return w.inbox.over() == n })
	if got := len(h.Invocations()); got != n {
		t.Errorf("%d commands were carried out, want %d", got, n)
	}
	if got := len(w.posted()); got != n {
		t.Errorf("Discord was told %d answers, want %d", got, n)
	}
}

func TestClaim_TwoProcessesMaySuggest(t *testing.T) {
	t.Parallel()
	w := gatewayWorld(t)
	h := help()
	h.Table = completer()
	stops := []func() error{w.run(t, h), w.join(t, h)}
	_, err := w.Autocomplete(within(t), w.member, w.channel, "unsubscribe", []sandboxdiscord.Option{{Name: "name", Value: "x", Focused: true}})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "both have answered", func() bool { return len(w.posted()) == 2 })
	for _, stop := range stops {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
	if text := w.log.String(); strings.Contains(text, "answer lost") {
		t.Errorf("the log tells of a loss:\n%s", text)
	}
}

func TestClaim_AnswersIfTheInboxIsOutOfReach(t *testing.T) {
	for name, fail := range map[string]func(ctx context.Context) error{
		"it fails": func(context.Context) error { return errors.New("no route") },
		"it hangs": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		"it hangs for longer than it may": func(ctx context.Context) error {
			<-ctx.Done()
			<-t.Context().Done()
			return ctx.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := gatewayWorld(t)
			w.inbox.fail = fail
			w.run(t, help())
			w.serves(t)
			if !strings.Contains(w.log.String(), "not claimed") {
				t.Errorf("the log does not tell of it:\n%s", w.log)
			}
		})
	}
}

func TestStop_FinishesWhatIsInHand(t *testing.T) {
	t.Parallel()
	w := gatewayWorld(t)
	began, release := make(chan struct{}), make(chan struct{})
	h := help()
	h.Answer = func(ctx context.Context, _ bot.Invocation) bot.Message {
		close(began)
		<-release
		if ctx.Err() != nil {
			return bot.Message{Text: bot.Plain("cut off")}
		}
		return bot.Message{Text: bot.Plain("done")}
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.adapter.Run(ctx, h) }()
	if err := w.WaitReady(within(t)); err != nil {
		t.Fatal(err)
	}
	if err := w.WaitCommands(within(t), "help"); err != nil {
		t.Fatal(err)
	}
	it, err := w.Command(within(t), w.member, w.channel, "help", nil)
	if err != nil {
		t.Fatal(err)
	}
	<-began
	stop()
	close(release)
	if m, err := it.Reply(within(t)); err != nil || m.Content != "done" {
		t.Errorf("answered %q, %v", m.Content, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
