package bottest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
)

// manyBytes is more than any text has, so that CleanText shortens nothing.
const manyBytes = 1 << 20

func sendSuite(t *testing.T, newFixture func(t *testing.T) Fixture) {
	each(t, newFixture, []check{
		{"shows what a card contains", showsCard},
		{"shows a card of which only the title is known", showsBareCard},
		{"shows styles, links and buttons", showsText},
		{"shows text from outside unbroken and pings nobody", showsHostileText},
		{"shows cards from outside unbroken and pings nobody", showsHostileCards},
		{"shortens what is too long", shortensText},
		{"shortens cards of which every part is too long", shortensCards},
		{"shows messages in the order they were sent", keepsOrder},
		{"sets apart what is bold or struck in a card", setsApart},
		{"replies to a message", replies},
		{"notifies exactly those whom it is to mention", mentionsExactly},
		{"posts without a sound what is to be silent", postsSilently},
		{"sends a file with its text", sendsFile},
		{"sends to one place from many goroutines", sendsConcurrently},
		{"shows two messages with one key once", sendsOnce},
		{"reports faults as transient", reportsTransient},
		{"reports rate limits with their time", reportsRateLimit},
		{"ends with its context", endsWithContext},
		{"says after a cut what may have been sent", survivesCut},
		{"reports a place that is gone", reportsGone},
		{"reports an unreachable platform without the token", reportsUnreachable},
	})
}

// send sends to Here and returns what people see of it.
func (x *adapterSuite) send(t *testing.T, m bot.Message) Seen {
	t.Helper()
	receipt, err := x.Adapter.Send(x.ctx, x.Here, m)
	if err != nil {
		x.keepsSecret(t, "error", fmt.Sprintf("%v %+v", err, err))
		t.Fatalf("Send: %v", err)
	}
	shown := x.Shown(x.Here)
	i := slices.IndexFunc(shown, func(s Seen) bool { return s.ID == receipt.MessageID })
	if i < 0 {
		t.Fatalf("receipt names message %q, which is not among the %d shown", receipt.MessageID, len(shown))
	}
	return shown[i]
}

// sendFails sends and returns the error, which must be a SendError of the given kind.
func (x *adapterSuite) sendFails(t *testing.T, a bot.Adapter, to bot.Target, kind bot.SendErrorKind) *bot.SendError {
	t.Helper()
	_, err := a.Send(x.ctx, to, bot.Message{Text: bot.Plain("hello"), Key: "one-key"})
	x.keepsSecret(t, "error", fmt.Sprintf("%v %+v", err, err))
	var se *bot.SendError
	if !errors.As(err, &se) {
		t.Fatalf("Send returned %T (%v), want a *bot.SendError", err, err)
	}
	x.keepsSecret(t, "error", fmt.Sprintf("%v %+v %s", *se, *se, se.Reason))
	if se.Kind != kind {
		t.Fatalf("Send failed with kind %d (%v), want kind %d", se.Kind, se, kind)
	}
	return se
}

func (x *adapterSuite) keepsSecret(t *testing.T, where, text string) {
	t.Helper()
	if x.Secret == "" {
		t.Fatal("the fixture has no secret")
	}
	if strings.Contains(text, x.Secret) {
		t.Errorf("the %s contains the token:\n%s", where, text)
	}
}

func keepsOrder(t *testing.T, x *adapterSuite) {
	words := []string{"first", "second", "third", "fourth"}
	for _, w := range words {
		x.send(t, bot.Message{Text: bot.Plain(w)})
	}
	for i, s := range x.Shown(x.Here) {
		if s.Text != words[i] {
			t.Fatalf("message %d reads %q, want %q", i, s.Text, words[i])
		}
	}
}

func sendsConcurrently(t *testing.T, x *adapterSuite) {
	const n = 10
	var sends sync.WaitGroup
	for i := range n {
		sends.Go(func() {
			if _, err := x.Adapter.Send(x.ctx, x.Here, bot.Message{Text: bot.Plain(fmt.Sprint("number ", i))}); err != nil {
				t.Errorf("Send: %v", err)
			}
		})
	}
	sends.Wait()
	if got := len(x.Shown(x.Here)); got != n {
		t.Errorf("%d messages are shown, want %d", got, n)
	}
}

func sendsOnce(t *testing.T, x *adapterSuite) {
	if !x.Once {
		t.Skip("the platform has no such thing")
	}
	m := bot.Message{Card: sampleCard(), Key: "0123456789abcdefABCDEF"}
	first, second := x.send(t, m), x.send(t, m)
	if first.ID != second.ID || len(x.Shown(x.Here)) != 1 {
		t.Errorf("two sends with one key show %d messages, %q and %q", len(x.Shown(x.Here)), first.ID, second.ID)
	}
	m.Key = "another"
	if x.send(t, m); len(x.Shown(x.Here)) != 2 {
		t.Errorf("another key shows %d messages in all, want 2", len(x.Shown(x.Here)))
	}
}

func reportsTransient(t *testing.T, x *adapterSuite) {
	for _, kind := range []FaultKind{ServerError, Garbage, ResetBefore} {
		x.Inject(Fault{Kind: kind})
		_ = x.sendFails(t, x.Adapter, x.Here, bot.Transient)
		if n := len(x.Shown(x.Here)); n != 0 {
			t.Errorf("after %s %d messages are shown, want none: Send must not retry by itself", kind, n)
		}
	}
	x.send(t, bot.Message{Text: bot.Plain("well again")})
}

func reportsRateLimit(t *testing.T, x *adapterSuite) {
	const after = 7 * time.Second
	x.Inject(Fault{Kind: RateLimit, After: after})
	start := time.Now()
	got := x.sendFails(t, x.Adapter, x.Here, bot.RateLimited)
	if got.After < after || got.After > after+time.Second {
		t.Errorf("After is %v, want the %v that the platform asked for", got.After, after)
	}
	if took := time.Since(start); took > after/2 {
		t.Errorf("Send took %v: it must not wait by itself", took)
	}
}

func endsWithContext(t *testing.T, x *adapterSuite) {
	x.Inject(Fault{Kind: Hang})
	ctx, cancel := context.WithTimeout(x.ctx, 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := x.Adapter.Send(ctx, x.Here, bot.Message{Text: bot.Plain("hello")})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Send returned %v, want the error of its context", err)
	}
	x.keepsSecret(t, "error", fmt.Sprintf("%v %+v", err, err))
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("Send outlived its context by %v", took)
	}
}

func survivesCut(t *testing.T, x *adapterSuite) {
	x.Inject(Fault{Kind: ResetAfter})
	if got := x.sendFails(t, x.Adapter, x.Here, bot.Transient); !got.Uncertain {
		t.Error("a send whose answer was cut off is said to be lost for sure")
	}
	x.Heal()
	if _, err := x.Adapter.Send(x.ctx, x.Here, bot.Message{Text: bot.Plain("hello"), Key: "one-key"}); err != nil {
		t.Fatalf("Send again: %v", err)
	}
	want := 2
	if x.Once {
		want = 1
	}
	if got := len(x.Shown(x.Here)); got != want {
		t.Errorf("%d messages are shown, want %d", got, want)
	}
}

func reportsGone(t *testing.T, x *adapterSuite) {
	got := x.sendFails(t, x.Adapter, x.Gone, bot.TargetGone)
	if got.Reason == "" || strings.ContainsAny(got.Reason, "{}_") {
		t.Errorf("the reason is %q, want plain words", got.Reason)
	}
}

func reportsUnreachable(t *testing.T, x *adapterSuite) {
	if got := x.sendFails(t, x.Unreachable(), x.Here, bot.Transient); got.Uncertain {
		t.Error("a send that reached nothing is said to have arrived, perhaps")
	}
}
