package bottest_test

import (
	"context"
	"errors"
	"testing"

	"tidings/bot"
	"tidings/bot/bottest"
)

func TestRecorder_FailsAsScripted(t *testing.T) {
	r := bottest.NewRecorder("paper")
	here, there := bot.Target{Platform: "paper", Chat: "1"}, bot.Target{Platform: "paper", Chat: "2"}
	torn := errors.New("torn")
	r.Script(nil, torn)
	r.ScriptFor(there, torn)
	var got []error
	for _, to := range []bot.Target{there, here, here, here} {
		_, err := r.Send(t.Context(), to, bot.Message{})
		got = append(got, err)
	}
	for i, want := range []error{torn, nil, torn, nil} {
		if !errors.Is(got[i], want) {
			t.Errorf("send %d returned %v, want %v", i, got[i], want)
		}
	}
	if tries, sent := len(r.Tries()), len(r.Sent()); tries != 4 || sent != 2 {
		t.Errorf("%d tries and %d sent, want 4 and 2", tries, sent)
	}
}

func TestRecorder_WaitsForTheNthMessage(t *testing.T) {
	r := bottest.NewRecorder("paper")
	release := r.Hold()
	for range 3 {
		go func() { _, _ = r.Send(t.Context(), bot.Target{}, bot.Message{}) }()
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := r.WaitSent(ended, 1); err == nil {
		t.Errorf("while sends wait, %d are reported", len(got))
	}
	release()
	if got, err := r.WaitSent(t.Context(), 3); err != nil || len(got) < 3 {
		t.Errorf("WaitSent returned %d messages and %v, want 3", len(got), err)
	}
}

func TestHandler_RecordsInvocations(t *testing.T) {
	r, h := bottest.NewRecorder("paper"), &bottest.Handler{}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx, h) }()
	served, err := r.Handler(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	served.Invoke(ctx, bot.Invocation{Command: "latest"})
	served.Presence(ctx, bot.Presence{Kind: bot.Moved})
	if all := h.Invocations(); len(all) != 1 || all[0].Command != "latest" {
		t.Errorf("the handler kept %+v", all)
	}
	if _, err := h.WaitPresence(ctx, func(p bot.Presence) bool { return p.Kind == bot.Moved }); err != nil {
		t.Errorf("the change was not kept: %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
}
