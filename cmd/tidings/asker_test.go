package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"tidings/internal/sandbox/discord"
)

// questionEvery is how often an asker writes.
const questionEvery = 100 * time.Millisecond

// asker types a command on Discord all the time.
type asker struct {
	f     *fleet
	stop  context.CancelFunc
	ended chan struct{}
	asked []*discord.Interaction // to be read once ended is closed
}

func (f *fleet) ask() *asker {
	ctx, stop := context.WithCancel(f.ctx)
	a := &asker{f: f, stop: stop, ended: make(chan struct{})}
	go a.run(ctx)
	return a
}

func (a *asker) run(ctx context.Context) {
	defer close(a.ended)
	tick := time.NewTicker(questionEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		it, err := a.f.discord.Command(a.f.ctx, a.f.manager, a.f.channels[0], "help", nil)
		if err != nil {
			a.f.t.Error(err)
			return
		}
		a.asked = append(a.asked, it)
	}
}

// audit ends the questions, and checks that each was answered once.
func (a *asker) audit(t *testing.T) {
	t.Helper()
	a.stop()
	<-a.ended
	lost := 0
	for _, it := range a.asked {
		if _, err := it.Reply(a.f.ctx); err != nil {
			lost++
		}
	}
	answers := map[string]int{} // by interaction
	for _, r := range a.f.discord.Requests() {
		if id, ok := strings.CutPrefix(r.Path[:max(0, strings.LastIndex(r.Path, "/callback"))], "/api/v10/interactions/"); ok {
			id, _, _ = strings.Cut(id, "/")
			answers[id]++
		}
	}
	repeated := 0
	for _, it := range a.asked {
		if answers[it.ID()] > 1 {
			repeated++
		}
	}
	if t.Logf("%d commands on Discord, %d not answered, %d answered twice", len(a.asked), lost, repeated); lost+repeated > 0 {
		t.Error("each command is to be answered once")
	}
}
