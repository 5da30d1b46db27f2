package filter

const (
	equalShards = 256 // so small that none takes long to grow
	equalStep   = 8   // slots of the smallest shard
)

// equals finds the nodes of programs by their hashes, in few bytes each. Not safe for concurrent use.
type equals struct {
	shards [equalShards]equalShard
	size   int // nodes in all shards
}

// equalShard is a hash table with open addressing. It is made four fifths full, and another takes its place when it is
// seven eighths full. What is kept of a hash says where in the larger one its node belongs.
type equalShard struct {
	nodes []uint32 // number of a node + 1, 0 where there is none, or removedNode
	marks []uint16 // a part of its hash
	used  int      // slots that are not free, those of removed nodes included
	live  int      // nodes
}

// markOf returns the part of a hash that is kept, of the bits that don't choose the shard.
func markOf(hash uint32) uint16 { return uint16(hash / equalShards) }

// slotOf returns where in a table of n slots to begin to look for a mark.
func slotOf(mark uint16, n int) int { return int(mark) * n >> 16 }

// find returns the node with a hash that is the one, or false.
func (e *equals) find(hash uint32, is func(node uint32) bool) (node uint32, ok bool) {
	s := &e.shards[hash%equalShards]
	i, ok := s.find(markOf(hash), is)
	if !ok {
		return 0, false
	}
	return s.nodes[i] - 1, true
}

// remove forgets a node with a hash, if it is there.
func (e *equals) remove(hash, node uint32) {
	s := &e.shards[hash%equalShards]
	if i, ok := s.find(markOf(hash), func(n uint32) bool { return n == node }); ok {
		s.nodes[i] = removedNode
		s.live--
		e.size--
	}
}

// removedNode stands where a node was.
const removedNode = 1<<32 - 1

func (s *equalShard) find(mark uint16, is func(node uint32) bool) (slot int, ok bool) {
	if len(s.nodes) == 0 {
		return 0, false
	}
	for i := slotOf(mark, len(s.nodes)); ; i++ {
		if i == len(s.nodes) {
			i = 0
		}
		switch n := s.nodes[i]; {
		case n == 0:
			return 0, false
		case n != removedNode && s.marks[i] == mark && is(n-1):
			return i, true
		}
	}
}

// add adds a node that is not there.
func (e *equals) add(hash, node uint32) {
	s := &e.shards[hash%equalShards]
	if 8*(s.used+1) > 7*len(s.nodes) {
		s.grow()
	}
	s.put(markOf(hash), node+1)
	e.size++
}

func (s *equalShard) put(mark uint16, number uint32) {
	i := slotOf(mark, len(s.nodes))
	for s.nodes[i] != 0 {
		if i++; i == len(s.nodes) {
			i = 0
		}
	}
	s.nodes[i], s.marks[i] = number, mark
	s.used++
	s.live++
}

// grow leaves removed nodes behind and makes room for a quarter more than there are.
func (s *equalShard) grow() {
	old, size := *s, equalStep+s.live*5/4
	*s = equalShard{nodes: make([]uint32, size), marks: make([]uint16, size)}
	for i, n := range old.nodes {
		if n != 0 && n != removedNode {
			s.put(old.marks[i], n)
		}
	}
}
