package deliver

import (
	"sync"
	"time"

	"tidings/bot"
)

// health remembers how recent sends of a platform went: of the platform as a whole, and of targets with failures. All
// methods may be called concurrently.
type health struct {
	mu       sync.Mutex // guards everything below
	lastOK   time.Time
	failures int // passing ones since the last success; those of one target in a row count once
	last     bot.Target
	inRow    int // failures of last in a row
	targets  map[bot.Target]*targetHealth
	asked    time.Time // when the platform was last asked whether it answers
}

// targetHealth is what is remembered of a target with failures.
type targetHealth struct {
	lastOK time.Time
	since  map[int64]time.Time // when each delivery that still waits first failed
	// refusal is the platform's code for what it refused last, and refused the article.
	refusal string
	refused int64
}

// maxTargets and maxFailing bound how much is remembered. What is forgotten makes a failure count for less.
const (
	maxTargets = 10_000
	maxFailing = 100
)

// succeeded notes a success. It returns how many failures came before it.
func (h *health) succeeded(dl *bot.Delivery, at time.Time) (failures int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lastOK = at
	if t := h.targets[dl.Target]; t != nil {
		t.lastOK, t.refusal = at, ""
		if delete(t.since, dl.ID); len(t.since) == 0 {
			delete(h.targets, dl.Target)
		}
	}
	failures, h.failures = h.failures, 0
	return failures
}

// failed notes a failure of a send and returns what else is known of its platform and target.
func (h *health) failed(dl *bot.Delivery, err *bot.SendError, begun, ended time.Time) history {
	h.mu.Lock()
	defer h.mu.Unlock()
	got := history{platformWorks: ended.Sub(h.lastOK) < healthyFor, answered: !h.lastOK.Before(begun)}
	if err.Kind == bot.RateLimited { // which says nothing about the delivery
		return got
	}
	t := h.target(dl.Target)
	first, known := t.since[dl.ID]
	if !known && len(t.since) < maxFailing {
		t.since[dl.ID] = ended
	}
	got.passed = known && t.lastOK.After(first)
	got.refusedAlike = err.Code != "" && !dl.IsList() && t.refusal == err.Code && t.refused != dl.Article.ID
	switch err.Kind {
	case bot.Transient:
		got.failures, got.inRow = h.count(dl.Target)
	case bot.Unsendable:
		if dl.IsList() { // which of its articles was refused?
			return got
		}
		t.refusal, t.refused = err.Code, dl.Article.ID
	case bot.RateLimited, bot.TargetGone, bot.TargetMoved:
	}
	return got
}

// count counts a passing failure. A target that keeps failing while nothing else is sent is not an outage.
func (h *health) count(t bot.Target) (failures, inRow int) {
	if h.failures == 0 || h.last != t {
		h.failures++
		h.last, h.inRow = t, 0
	}
	h.inRow++
	return h.failures, h.inRow
}

func (h *health) target(of bot.Target) *targetHealth {
	if h.targets == nil || len(h.targets) >= maxTargets {
		h.targets = map[bot.Target]*targetHealth{}
	}
	t := h.targets[of]
	if t == nil {
		t = &targetHealth{since: map[int64]time.Time{}}
		h.targets[of] = t
	}
	return t
}

// ended forgets a delivery of which nothing is left to do.
func (h *health) ended(dl *bot.Delivery) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.targets[dl.Target]; t != nil {
		delete(t.since, dl.ID)
	}
}

// answeredSince reports whether the platform has accepted a message since a moment.
func (h *health) answeredSince(t time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lastOK.After(t)
}

// mayAsk reports whether the platform may be asked whether it answers, and notes that it is.
func (h *health) mayAsk(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now.Sub(h.asked).Abs() < waitForAnswers {
		return false
	}
	h.asked = now
	return true
}
