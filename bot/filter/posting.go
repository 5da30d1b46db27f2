package filter

import "sync/atomic"

// A posting is a filter, or a part of one, as it is listed under a key: three numbers and its program.
const (
	postingLength = iota // of the program
	postingTarget        // whom it stands for; the only number that changes
	postingNode          // for writers: where its place is noted
	postingHead          // how many come before the program
)

// A target is an id, or the place of an idList with the bit targetList, or targetNone.
const (
	targetNone = 1<<32 - 1
	targetList = 1 << 31
)

// postings lists the filters under one key. Any number of goroutines may read it while one appends and changes targets;
// what is behind used is nobody's yet. A writer that wants more puts another postings in its place.
type postings struct {
	numbers []uint32 // posting after posting
	used    atomic.Uint32
	dead    int // numbers of postings without target; only writers look at it
	lists   atomic.Pointer[[]*idList]
}

// append appends a posting, for which there must be room, and returns its place.
func (p *postings) append(target, node uint32, program []uint32) uint32 {
	at := p.used.Load()
	numbers := append(p.numbers[:at], uint32(len(program)), target, node)
	numbers = append(numbers, program...)
	p.used.Store(uint32(len(numbers)))
	return at
}

// room reports whether a posting with a program of n numbers fits.
func (p *postings) room(n int) bool {
	return int(p.used.Load())+postingHead+n <= len(p.numbers)
}

// program returns the program of the posting at a place.
func (p *postings) program(at uint32) []uint32 {
	from := at + postingHead
	return p.numbers[from : from+p.numbers[at+postingLength]]
}

func (p *postings) target(at uint32) uint32 {
	return atomic.LoadUint32(&p.numbers[at+postingTarget])
}

func (p *postings) setTarget(at, target uint32) {
	atomic.StoreUint32(&p.numbers[at+postingTarget], target)
}

// list returns the list that a target means.
func (p *postings) list(target uint32) *idList {
	return (*p.lists.Load())[target&^targetList]
}

// addList makes a target of a list.
func (p *postings) addList(l *idList) uint32 {
	var lists []*idList
	if old := p.lists.Load(); old != nil {
		lists = *old
	}
	n := len(lists)
	lists = append(lists, l) // readers of the old slice do not look behind its end
	p.lists.Store(&lists)
	return uint32(n) | targetList
}

// wasteful reports whether copying is worth while to be rid of dead postings.
func (p *postings) wasteful() bool {
	return p.dead > 64 && p.dead > int(p.used.Load())/2
}

// slack returns how much room to leave behind so many numbers: the more there are, the smaller a part of them, for most of the
// memory of an index is in few long lists.
func slack(size int) int { return min(size/8, 64+size/16) }

// copied returns a copy without dead postings and with room for n numbers more and then some, and reports where they have
// gone.
func (p *postings) copied(n int, moved func(node, at uint32)) *postings {
	used := p.used.Load()
	size := int(used) - p.dead + n
	out := &postings{numbers: make([]uint32, size+slack(size))}
	if p.dead == 0 {
		copy(out.numbers, p.numbers[:used])
		out.used.Store(used)
		out.lists.Store(p.lists.Load())
		return out
	}
	for at := uint32(0); at < used; {
		program, target := p.program(at), p.target(at)
		if target != targetNone {
			if target&targetList != 0 {
				target = out.addList(p.list(target))
			}
			node := p.numbers[at+postingNode]
			moved(node, out.append(target, node, program))
		}
		at += postingHead + uint32(len(program))
	}
	return out
}
