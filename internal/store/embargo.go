package store

import "time"

// holdLook is how often it is looked whether embargoes are still held.
const holdLook = time.Second

// HoldEmbargoes lets no embargo end while hold says so: then only those have ended that did so by the moment that it
// returns. It is asked whenever that matters, maybe by several goroutines at once, and must be quick. The store alone
// goes by its own clock, which may be wrong.
func (s *Store) HoldEmbargoes(hold func() (ended time.Time, held bool)) { s.hold.Store(&hold) }

// embargoesEnded returns up to which moment embargoes have ended, in microseconds, and whether they are held there.
func (s *Store) embargoesEnded(now int64) (ended int64, held bool) {
	if hold := s.hold.Load(); hold != nil {
		if at, held := (*hold)(); held {
			return micros(at), true
		}
	}
	return now, false
}

// embargoTime is embargoesEnded at this moment.
func (s *Store) embargoTime() time.Time {
	ended, _ := s.embargoesEnded(micros(s.now()))
	return moment(ended)
}

// unlessHeld is a condition on deliveries that embargoes are held back from, with the moment that embargoesEnded returned
// as the parameter.
func unlessHeld(parameter string) string {
	return ` AND EXISTS (SELECT 1 FROM articles AS a WHERE a.id = deliveries.article_id AND a.embargo <= ` + parameter + `)`
}
