package bot

import "time"

const (
	// firstTempo is the part of a platform's limit that is used before anything is known of it.
	firstTempo = 0.98
	leastTempo = 0.25
	// tempoStep is by how much the part grows in each tempoEvery in which nobody was told off. After a
	// refusal the steps are half as large, down to a hundredth.
	tempoStep  = 0.005
	tempoEvery = time.Second
	// tempoDrop is what is left of the part after a refusal.
	tempoDrop = 0.9
)

// tempo is the part of a platform's limit for the whole bot that is used. It begins a little below the
// limit, and learns from the answers.
type tempo struct {
	part, step      float64
	raised, lowered int64 // when it last changed, in nanoseconds since 1970
}

func newTempo() tempo { return tempo{part: firstTempo, step: tempoStep} }

// slower is what the lengths of the platform's windows are multiplied with.
func (t *tempo) slower() float64 { return 1 / t.part }

// well notes an answer that asked for no pause.
func (t *tempo) well(now int64) {
	if t.part < 1 && now-max(t.raised, t.lowered) >= int64(tempoEvery) {
		t.part, t.raised = min(1, t.part+t.step), now
	}
}

// told notes that the platform finds the whole bot too fast. Several answers may say so at once.
func (t *tempo) told(now int64) {
	if now-t.lowered < int64(tempoEvery) {
		return
	}
	t.part, t.step = max(t.part*tempoDrop, leastTempo), max(t.step/2, tempoStep/100)
	t.lowered = now
}
