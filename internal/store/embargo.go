package store

import "time"

// holdCheck is how often it is looked whether embargoes are still held.
const holdCheck = time.Second

// HoldEmbargoes lets no embargo end while state says so: then only those have ended that did so by the moment that it
// returns. It is asked whenever that matters, maybe by several goroutines at once, and must be quick. The store alone
// goes by its own clock, which may be wrong.
func (s *Store) HoldEmbargoes(state func() (ended time.Time, onHold bool)) { s.hold.Store(&state) }

// embargoesEnded returns up to which moment embargoes have ended, in microseconds, and whether they are on hold there.
func (s *Store) embargoesEnded(now int64) (ended int64, onHold bool) {
	if state := s.hold.Load(); state != nil {
		if at, onHold := (*state)(); onHold {
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

// embargoEndedBy is a condition on deliveries: their articles' embargoes ended by the moment that the parameter stands
// for, which embargoesEnded returned.
func embargoEndedBy(parameter string) string {
	return ` AND EXISTS (SELECT 1 FROM articles AS a WHERE a.id = deliveries.article_id AND a.embargo <= ` + parameter + `)`
}
