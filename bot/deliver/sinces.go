package deliver

import (
	"time"

	"tidings/bot"
)

// sincePage is how many subscriptions with successive IDs share a page of sinces.
const sincePage = 512

// sinces keeps the [bot.Since] of every subscription in 16 bytes each: IDs come from a sequence, so pages are full.
type sinces map[int64]*[sincePage]since

// since is a [bot.Since].
type since struct{ after, created int64 } // created is in nanoseconds

func (s sinces) set(id int64, from bot.Since) {
	page := s[id/sincePage]
	if page == nil {
		page = new([sincePage]since)
		s[id/sincePage] = page
	}
	page[id%sincePage] = since{from.After, from.Created.UnixNano()}
}

// of returns what was set for an ID that was.
func (s sinces) of(id int64) bot.Since {
	at := s[id/sincePage][id%sincePage]
	return bot.Since{After: at.after, Created: time.Unix(0, at.created)}
}

// remove forgets a subscription, and a page with its last.
func (s sinces) remove(id int64) {
	page := s[id/sincePage]
	if page == nil {
		return
	}
	if page[id%sincePage] = (since{}); *page == [sincePage]since{} {
		delete(s, id/sincePage)
	}
}
