package pace

import "time"

const (
	// firstPart is the part of a platform's limit that is used before anything is known of it.
	firstPart = 0.98
	minPart   = 0.25
	// partStep is by how much the part grows in each partEvery in which nobody was rate limited. After a
	// refusal the steps are half as large, down to a hundredth.
	partStep  = 0.005
	partEvery = time.Second
	// partDrop is what is left of the part after a refusal.
	partDrop = 0.9
)

// throttle is the part of a platform's limit for the whole bot that is used. It begins a little below the
// limit, and learns from the answers.
type throttle struct {
	part, step      float64
	raised, lowered int64 // when it last changed, as the stopwatch counts
}

func newThrottle() throttle { return throttle{part: firstPart, step: partStep} }

// stretch is what the lengths of the platform's windows are multiplied with.
func (t *throttle) stretch() float64 { return 1 / t.part }

// onSuccess notes an answer that asked for no pause.
func (t *throttle) onSuccess(now int64) {
	if t.part < 1 && now-max(t.raised, t.lowered) >= int64(partEvery) {
		t.part, t.raised = min(1, t.part+t.step), now
	}
}

// onRateLimited notes that the platform finds the whole bot too fast. Several answers may say so at once.
func (t *throttle) onRateLimited(now int64) {
	if now-t.lowered < int64(partEvery) {
		return
	}
	t.part, t.step = max(t.part*partDrop, minPart), max(t.step/2, partStep/100)
	t.lowered = now
}
