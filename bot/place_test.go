package bot_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
)

// oneSeat is a store whose place is the test's to give and to take.
type oneSeat struct {
	bot.Store
	tenures chan context.Context
}

// Hold returns what the test gives next.
func (s *oneSeat) Hold(ctx context.Context, _ string) (context.Context, func(), error) {
	select {
	case held := <-s.tenures:
		return held, func() {}, nil
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

func TestRun_SendsOnlyWhileItHasThePlace(t *testing.T) {
	inWorld(t, func(w *world) {
		seat := &oneSeat{Store: w.store, tenures: make(chan context.Context, 1)}
		cfg := w.config()
		cfg.Store = seat
		b, err := bot.New(cfg)
		if err != nil {
			w.Fatal(err)
		}
		w.subscribe(room(), "")
		w.run(b)
		w.put("A")
		if got := w.after(time.Minute); len(got) > 0 || b.Leads("paper") {
			w.Errorf("sent %q without the place, leads: %v", got, b.Leads("paper"))
		}
		held, lose := context.WithCancel(w.Context())
		seat.tenures <- held
		w.waitSent(1)
		if !b.Leads("paper") {
			w.Error("does not say that it leads")
		}
		lose()
		synctest.Wait()
		w.put("B")
		if got := w.after(time.Minute); len(got) != 1 || b.Leads("paper") {
			w.Errorf("sent %q after the place was lost, leads: %v", got, b.Leads("paper"))
		}
		seat.tenures <- w.Context()
		if got, want := w.waitSent(2), []string{"room: A", "room: B"}; !slices.Equal(got, want) {
			w.Errorf("sent %q, want %q", got, want)
		}
	})
}
