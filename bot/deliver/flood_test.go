package deliver

import "testing"

func TestUrgencyAfter_LetsSoManyPassAndTellsOfTheNext(t *testing.T) {
	for before, want := range map[int]urgency{
		0: passes, maxUrgent - 1: passes, maxUrgent: floodBegan, maxUrgent + 1: flooded, 10 * maxUrgent: flooded,
	} {
		if got := urgencyAfter(before); got != want {
			t.Errorf("after %d urgent articles the next is %v, want %v", before, got, want)
		}
	}
}
