package engine_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/engine"
)

// revocable is an adapter whose token can be revoked: then nothing can be sent any more, and Run ends soon.
type revocable struct {
	*bottest.Recorder
	revoked chan struct{}
	revoke  func()
}

func newRevocable(platform string) *revocable {
	r := &revocable{Recorder: bottest.NewRecorder(platform), revoked: make(chan struct{})}
	r.revoke = sync.OnceFunc(func() { close(r.revoked) })
	return r
}

func (r *revocable) Run(ctx context.Context, h bot.Handler) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- r.Recorder.Run(ctx, h) }()
	select {
	case err := <-ended:
		return err
	case <-r.revoked:
		<-time.After(10 * time.Second) // until it shows
		return bot.ErrUnauthorized
	}
}

func (r *revocable) Send(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	select {
	case <-r.revoked:
		return bot.Receipt{}, &bot.SendError{Reason: "the token is refused"}
	default:
		return r.Recorder.Send(ctx, to, m)
	}
}

func TestRefusal_StopsOnlyItsPlatform(t *testing.T) {
	inWorld(t, func(w *world) {
		glass := newRevocable("glass")
		pane := bot.Target{Platform: "glass", Chat: "pane"}
		w.subscribe(room(), "")
		w.subscribe(pane, "")
		cfg := w.config()
		cfg.Adapters = append(cfg.Adapters, glass)
		cfg.Operators = []string{"paper:1", "glass:2"}
		b, err := engine.New(cfg)
		if err != nil {
			w.Fatal(err)
		}
		stop := w.run(b)
		w.put("one")
		w.wantSent(w.settle(), "room: one")
		glass.revoke()
		w.put("two")
		got := w.after(3*time.Hour + time.Minute)
		if own := of(got, "direct-1"); len(own) != 1 || !strings.Contains(own[0], "token for glass was refused") {
			w.Errorf("the operator reads %q, want one notice about glass", own)
		}
		w.put("three")
		w.wantSent(of(w.settle(), "room"), "one", "two", "three")
		if n := strings.Count(w.log.String(), "level=ERROR"); n != 4 || strings.Contains(w.log.String(), "operator not notified") {
			w.Errorf("%d errors are logged in three hours, want one an hour; log:\n%s", n, w.log.String())
		}
		if s := b.PlatformState("glass"); s.Refused.IsZero() || s.Connected {
			w.Errorf("state %+v, want it refused", s)
		}
		if s := b.PlatformState("paper"); !s.Refused.IsZero() || !s.Connected {
			w.Errorf("state %+v, want it connected", s)
		}
		ask := func(user string) string {
			inv := bot.Invocation{Target: room(), Command: "status", User: bot.User{ID: user}, Manager: reader}
			return words(w.running().Invoke(w.Context(), inv))
		}
		if want := "token for glass has been refused"; !strings.Contains(ask("1"), want) || strings.Contains(ask("3"), want) {
			w.Errorf("/status says to an operator: %q, to another: %q", ask("1"), ask("3"))
		}
		stop()
		if s := w.status(pane); s.Waiting != 2 || s.Rejected != 0 || s.Suspended != "" {
			w.Errorf("status %+v, want two waiting", s)
		}
		again := bottest.NewRecorder("glass")
		cfg.Adapters = []bot.Adapter{w.paper, again}
		w.start(cfg)
		w.after(time.Minute)
		w.wantSent(lines(again.Sent()), "pane: two", "pane: three")
	})
}

func TestRefusal_OfAllPlatformsEndsTheBot(t *testing.T) {
	inWorld(t, func(w *world) {
		paper, glass := newRevocable("paper"), newRevocable("glass")
		cfg := w.config()
		cfg.Adapters = []bot.Adapter{paper, glass}
		b, err := engine.New(cfg)
		if err != nil {
			w.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- b.Run(w.Context()) }()
		paper.revoke()
		w.after(time.Hour)
		select {
		case err := <-ended:
			w.Fatalf("Run ends with %v while a platform is left", err)
		default:
		}
		glass.revoke()
		err = <-ended
		if !errors.Is(err, bot.ErrUnauthorized) || !strings.Contains(err.Error(), "paper: ") || !strings.Contains(err.Error(), "glass: ") {
			w.Errorf("Run = %v, want the refusals of both", err)
		}
	})
}
