package bot

import (
	"testing"
	"time"
)

func TestPacer_KeepsEveryWindow(t *testing.T) {
	rates := []Rate{{N: 1, Per: time.Second}, {N: 20, Per: time.Minute}}
	p := newPacer(func(Target) []Rate { return rates })
	now := testNow
	var sent []time.Time
	for range 50 {
		sent = append(sent, now)
		next := p.sentAt(Target{Chat: "1"}, now)
		if next.Before(now) {
			t.Fatalf("send %d may be followed by one at %v, before it", len(sent), next)
		}
		now = next
	}
	for _, r := range rates {
		for i := range sent {
			if j := i + r.N; j < len(sent) && sent[j].Sub(sent[i]) < r.Per {
				t.Errorf("sends %d to %d lie within %v, limit %d in %v", i, j, sent[j].Sub(sent[i]), r.N, r.Per)
			}
		}
	}
	// 50 sends at 20 a minute need two full minutes and the ten seconds of the third.
	if took := sent[49].Sub(sent[0]); took > 2*time.Minute+9*time.Second {
		t.Errorf("50 sends took %v, longer than the limits ask", took)
	}
}

func TestPacer_LetsABurstThrough(t *testing.T) {
	p := newPacer(func(Target) []Rate { return []Rate{{N: 5, Per: 5 * time.Second}} })
	for i := range 5 {
		next := p.sentAt(Target{Chat: "1"}, testNow)
		if i < 4 && !next.Equal(testNow) {
			t.Errorf("after send %d the next may leave at %v, want at once", i+1, next)
		}
		if i == 4 && !next.Equal(testNow.Add(5*time.Second)) {
			t.Errorf("after the fifth send the next may leave at %v, want 5 s later", next)
		}
	}
}

func TestPacer_TargetsDoNotShareALimit(t *testing.T) {
	p := newPacer(func(Target) []Rate { return []Rate{{N: 1, Per: time.Second}} })
	p.sentAt(Target{Chat: "1"}, testNow)
	p.sentAt(Target{Chat: "1"}, testNow)
	if next := p.sentAt(Target{Chat: "2"}, testNow); next.After(testNow.Add(time.Second)) {
		t.Errorf("another chat has to wait until %v", next)
	}
}

func TestPacer_ForgetsQuietTargets(t *testing.T) {
	p := newPacer(func(Target) []Rate { return []Rate{{N: 1, Per: time.Second}} })
	for i := range sweepAt {
		p.sentAt(Target{Chat: string(rune('a' + i))}, testNow)
	}
	p.sentAt(Target{Chat: "last"}, testNow.Add(2*maxWindow))
	if len(p.sent) != 1 {
		t.Errorf("%d targets are remembered, want 1", len(p.sent))
	}
}

func TestBackoff_DoublesUpToItsMost(t *testing.T) {
	for n := range 40 {
		want := min(time.Second<<min(n, 10), time.Minute)
		if got := backoff(n, time.Second, time.Minute); got > want || got < want*3/4 {
			t.Errorf("backoff(%d) = %v, want %v less a quarter at most", n, got, want)
		}
	}
}
