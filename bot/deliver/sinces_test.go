package deliver

import (
	"testing"
	"time"

	"tidings/bot"
)

func TestSinces_KnowWhatWasSetUntilItIsRemoved(t *testing.T) {
	s := sinces{}
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_000, time.UTC)
	ids := []int64{1, sincePage - 1, sincePage, 40 * sincePage}
	for _, id := range ids {
		s.set(id, bot.Since{After: id * 10, Created: at.Add(time.Duration(id))})
	}
	s.set(1, bot.Since{Created: at})
	for _, id := range ids[1:] {
		if got := s.of(id); got.After != id*10 || !got.Created.Equal(at.Add(time.Duration(id))) {
			t.Errorf("since of %d is %+v", id, got)
		}
	}
	if got := s.of(1); got.After != 0 {
		t.Errorf("since of 1 is %+v, want what was set last", got)
	}
	for _, id := range ids {
		s.remove(id)
		s.remove(id)
	}
	if len(s) > 0 {
		t.Errorf("%d pages are left of nothing", len(s))
	}
}
