package filter

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

const (
	shards = 256    // of a dictionary: so small that none takes long to grow
	maxKey = maskID // of ids of keys
)

// dictionary knows the keys. Any number of goroutines may find keys while one adds and removes them.
type dictionary struct {
	seed    maphash.Seed
	next    atomic.Uint32        // the id of the next key; all below it can be found, unless they were removed
	longest [kinds]atomic.Uint32 // text of a key of the kind so far, in bytes
	removed *key                 // stands where a key was
	shards  [shards]shard
}

// shard is a hash table with open addressing. A larger one takes its place when it is half full.
type shard struct {
	slots atomic.Pointer[[]atomic.Pointer[key]] // their number is a power of two
	used  int                                   // slots, those of removed keys included; only writers look at it
}

func (d *dictionary) init() {
	d.seed, d.removed = maphash.MakeSeed(), &key{}
	d.next.Store(1)
}

func (d *dictionary) hash(x lexeme) uint64 {
	return maphash.String(d.seed, x.text) + uint64(x.kind)*0x9e3779b97f4a7c15
}

// find returns the key of a lexeme, or nil.
func (d *dictionary) find(x lexeme) *key {
	hash := d.hash(x)
	slots := d.shards[hash%shards].slots.Load()
	if slots == nil {
		return nil
	}
	for i := hash / shards; ; i++ {
		k := (*slots)[i&uint64(len(*slots)-1)].Load()
		if k == nil || k.has(x, hash) {
			return k
		}
	}
}

// guess returns the key of a hash, another one, or nil if there is none.
func (d *dictionary) guess(hash uint64) *key {
	slots := d.shards[hash%shards].slots.Load()
	if slots == nil {
		return nil
	}
	return (*slots)[hash/shards&uint64(len(*slots)-1)].Load()
}

// intern returns the key of a lexeme, and whether it is new.
func (d *dictionary) intern(x lexeme) (k *key, added bool) {
	if k := d.find(x); k != nil {
		return k, false
	}
	x.text = strings.Clone(x.text) // a filter is not kept for its words
	k = &key{lexeme: x, hash: d.hash(x), id: d.next.Load()}
	k.postings.Store(&postings{})
	d.longest[x.kind].Store(max(d.longest[x.kind].Load(), uint32(len(x.text))))
	d.shards[k.hash%shards].add(k, d.removed)
	d.next.Store(k.id + 1)
	return k, true
}

// full reports whether the dictionary has no ids for the words of another filter.
func (d *dictionary) full() bool { return d.next.Load() > maxKey-maxLength }

// remove forgets a key. Those who have found it may go on to use it.
func (d *dictionary) remove(k *key) {
	slots := *d.shards[k.hash%shards].slots.Load()
	for i := k.hash / shards; ; i++ {
		if slot := &slots[i&uint64(len(slots)-1)]; slot.Load() == k {
			slot.Store(d.removed)
			return
		}
	}
}

func (s *shard) add(k, removed *key) {
	slots := s.slots.Load()
	if slots == nil || s.used+1 > len(*slots)/2 {
		slots = s.grown(slots, removed)
		s.slots.Store(slots)
	}
	s.put(*slots, k)
}

func (s *shard) put(slots []atomic.Pointer[key], k *key) {
	for i := k.hash / shards; ; i++ {
		if slot := &slots[i&uint64(len(slots)-1)]; slot.Load() == nil {
			slot.Store(k)
			s.used++
			return
		}
	}
}

// grown returns a table with the keys of the old one that is no more than a quarter full.
func (s *shard) grown(old *[]atomic.Pointer[key], removed *key) *[]atomic.Pointer[key] {
	var keys []*key
	if old != nil {
		for i := range *old {
			if k := (*old)[i].Load(); k != nil && k != removed {
				keys = append(keys, k)
			}
		}
	}
	size := 8
	for len(keys) > size/4 {
		size *= 2
	}
	slots := make([]atomic.Pointer[key], size)
	s.used = 0
	for _, k := range keys {
		s.put(slots, k)
	}
	return &slots
}
