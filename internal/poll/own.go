package poll

import (
	"hash/maphash"
	"time"
)

// ownFeeds are the feeds that this process fetched last, by a hash of their IDs. Of several processes each has its own, and
// they need not try for each feed what only one of them gets. One too many or too few costs a try, or a moment.
type ownFeeds struct {
	seed maphash.Seed
	set  map[uint64]struct{}
}

func newOwnFeeds() ownFeeds {
	return ownFeeds{seed: maphash.MakeSeed(), set: make(map[uint64]struct{})}
}

func (o *ownFeeds) has(id string) bool {
	_, found := o.set[maphash.String(o.seed, id)]
	return found
}

// courtesySpread is up to how much longer than courtesy a feed is left that several processes may find due.
const courtesySpread = 2 * lookEvery

// spread returns a feed's share of courtesySpread, another in each process: so one of them is first, and the next look of the others
// finds that.
func (o *ownFeeds) spread(id string) time.Duration {
	return time.Duration(maphash.String(o.seed, id) % uint64(courtesySpread))
}

func (o *ownFeeds) add(id string) { o.set[maphash.String(o.seed, id)] = struct{}{} }

func (o *ownFeeds) drop(id string) { delete(o.set, maphash.String(o.seed, id)) }

// bound forgets all if there are more than most, as many of them are then gone.
func (o *ownFeeds) bound(most int) {
	if len(o.set) > most {
		clear(o.set)
	}
}
