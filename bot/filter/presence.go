package filter

import "math/bits"

// presence is a key that a document has: of which entries it is the key, and with which endings a word anywhere is met, one
// bit for each.
type presence struct {
	key      *key
	id       uint32
	endings  uint32
	from, to int32 // a group

	postings *postings // of the key, once they are fetched
	wanted   []uint32  // the probes in them
}

// anyEnding is met by all words with a stem.
const anyEnding = 1<<4 - 1

func (s *presence) group() group { return group{from: int(s.from), to: int(s.to)} }

// ends reports whether a word is met whose ending begins at a bit of a number.
func (s *presence) ends(number uint32, shift int) bool {
	return s.endings>>(number>>shift&endingBits)&1 != 0
}

// presences are the keys that a document has, in the order in which they were added.
type presences struct {
	list  []presence
	slots []uint32 // a hash table, at most a quarter full: number in the list + 1
	shift int      // of a hash, to have the number of a slot
	sieve sieve

	touched uint32 // what touch has read of memory, so that the compiler keeps the reads
}

const leastSlots = 256

// find returns the presence of a key, or nil.
func (s *presences) find(id uint32) *presence {
	mask := uint32(len(s.slots) - 1)
	for i := s.slot(id); ; i++ {
		switch n := s.slots[i&mask]; {
		case n == 0:
			return nil
		case s.list[n-1].id == id:
			return &s.list[n-1]
		}
	}
}

// slot returns where to begin to look for an id.
func (s *presences) slot(id uint32) uint32 { return id * 0x9e3779b1 >> s.shift }

// add adds a presence that is not there.
func (s *presences) add(one presence) {
	s.list = append(s.list, one)
	s.sieve.add(one.id)
	if len(s.list)*4 > len(s.slots) {
		s.grow()
		return
	}
	s.enter(one.id, len(s.list))
}

// enter notes the number of an id.
func (s *presences) enter(id uint32, number int) {
	mask := uint32(len(s.slots) - 1)
	i := s.slot(id) & mask
	for s.slots[i] != 0 {
		i = (i + 1) & mask
	}
	s.slots[i] = uint32(number)
}

// grow makes a larger table.
func (s *presences) grow() {
	s.resize(max(leastSlots, 2*len(s.slots)))
	for i := range s.list {
		s.enter(s.list[i].id, i+1)
	}
}

// resize makes an empty table of so many slots, a power of two.
func (s *presences) resize(slots int) {
	if slots > cap(s.slots) {
		s.slots = make([]uint32, slots)
	}
	s.slots = s.slots[:slots]
	clear(s.slots)
	s.shift = 33 - bits.Len(uint(slots))
}

// fetch takes the postings of all keys at hand, step by step, so that memory is waited for once a step and not once a key.
func (s *presences) fetch() {
	for i := range s.list {
		s.list[i].postings = s.list[i].key.postings.Load()
	}
	for i := range s.list {
		s.list[i].wanted = s.list[i].postings.wantedProbes()
	}
	for i := range s.list {
		s.touched += touch(s.list[i].wanted)
	}
}

// touch reads a number of each line of memory, so that what needs all numbers, one after the other, needs not wait for each
// line: a processor reads many at once if nothing depends on them.
func touch(numbers []uint32) (sum uint32) {
	const line = 64 / 4 // numbers
	for at := 0; at < len(numbers); at += line {
		sum += numbers[at]
	}
	return sum
}

// reset forgets all.
func (s *presences) reset() {
	for i := range s.list {
		s.sieve.remove(s.list[i].id)
	}
	clear(s.list)
	s.list = s.list[:0]
	s.resize(leastSlots)
}

// sieve tells most ids that a document doesn't have from those it may have, in a memory that is always near. It looks at their
// lowest bits.
type sieve [256]uint64

func (s *sieve) add(id uint32)    { s[id/64%uint32(len(s))] |= 1 << (id % 64) }
func (s *sieve) remove(id uint32) { s[id/64%uint32(len(s))] = 0 }

// passes reports whether the document may have the key whose id begins a number.
func (s *sieve) passes(number uint32) bool { return s[number/64%uint32(len(s))]>>(number%64)&1 != 0 }
