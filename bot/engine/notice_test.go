package engine_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/engine"
)

func TestNotify_ReachesOnlyOperatorsAndInPrivate(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		cfg := w.config()
		cfg.Operators = []string{"paper:1", "paper:2", "elsewhere:3", "paper:1", "paper:4"}
		b, err := engine.New(cfg)
		if err != nil {
			w.Fatal(err)
		}
		w.paper.ScriptFor(chat("direct-2"), &bot.SendError{Kind: bot.Transient, Err: errors.New("busy")})
		w.paper.ScriptFor(chat("direct-4"), &bot.SendError{Kind: bot.Unsendable, Reason: "no"})
		w.run(b)
		b.Notify(bot.Plain("Source tide cannot be read."))
		w.waitSent(2)
		w.after(time.Minute) // for what is too much
		want := []string{"direct-1: Source tide cannot be read.", "direct-2: Source tide cannot be read."}
		if diff := cmp.Diff(want, w.settle()); diff != "" {
			w.Errorf("sent (-want +got):\n%s", diff)
		}
		if log := w.log.String(); strings.Count(log, "operator not notified") != 1 || !strings.Contains(log, "operator=paper:4") {
			w.Errorf("the log does not say who was not notified:\n%s", log)
		}
	})
}

func TestNotify_NeverBlocks(t *testing.T) {
	inWorld(t, func(w *world) {
		b, err := engine.New(w.config())
		if err != nil {
			w.Fatal(err)
		}
		for range 1000 { // nobody reads them
			b.Notify(bot.Plain("news"))
		}
		if !strings.Contains(w.log.String(), "too many wait") {
			w.Error("lost notices are not in the log")
		}
	})
}
