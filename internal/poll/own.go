package poll

import "hash/maphash"

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

func (o *ownFeeds) add(id string) { o.set[maphash.String(o.seed, id)] = struct{}{} }

func (o *ownFeeds) drop(id string) { delete(o.set, maphash.String(o.seed, id)) }

// bound forgets all if there are more than most, as many of them are then gone.
func (o *ownFeeds) bound(most int) {
	if len(o.set) > most {
		clear(o.set)
	}
}
