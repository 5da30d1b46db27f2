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

const (
	// courtesySlots is in how many parts the time is divided in which processes try for a feed that none of them has had, and
	// courtesySlot is how long each is: longer than it takes until the next look of the others finds that one has it.
	courtesySlots = 4
	courtesySlot  = lookEvery * 5 / 4
)

// spread returns how much longer than courtesy a feed is left that several processes may find due, in each process by another number
// of slots mostly.
func (o *ownFeeds) spread(id string) time.Duration {
	return time.Duration(maphash.String(o.seed, id)%courtesySlots) * courtesySlot
}

func (o *ownFeeds) add(id string) { o.set[maphash.String(o.seed, id)] = struct{}{} }

func (o *ownFeeds) drop(id string) { delete(o.set, maphash.String(o.seed, id)) }

// bound forgets all if there are more than most, as many of them are then gone.
func (o *ownFeeds) bound(most int) {
	if len(o.set) > most {
		clear(o.set)
	}
}
