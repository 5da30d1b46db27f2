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

// equalShard is a hash table with open addressing. It is made two thirds full, and another takes its place when it is
// three quarters full.
type equalShard struct {
	nodes []uint32 // number of a node + 1, 0 where there is none
	marks []uint8  // a part of its hash, or markRemoved where one was
	used  int      // slots that are not free, those of removed nodes included
	live  int      // nodes
}

// markOf returns the part of a hash that is kept, so that few others have to be looked at.
func markOf(hash uint32) uint8 { return uint8(hash >> 8) }

// slotOf returns where in a table of n slots to begin to look for a hash.
func slotOf(hash uint32, n int) int { return int(uint64(hash*0x9e3779b1) * uint64(n) >> 32) }

// find returns the node with a hash that is the one, or false.
func (e *equals) find(hash uint32, is func(node uint32) bool) (node uint32, ok bool) {
	s := &e.shards[hash%equalShards]
	i, ok := s.find(hash, is)
	if !ok {
		return 0, false
	}
	return s.nodes[i] - 1, true
}

// remove forgets a node with a hash, if it is there.
func (e *equals) remove(hash, node uint32) {
	s := &e.shards[hash%equalShards]
	if i, ok := s.find(hash, func(n uint32) bool { return n == node }); ok {
		s.nodes[i] = removedNode
		s.live--
		e.size--
	}
}

// removedNode stands where a node was.
const removedNode = 1<<32 - 1

func (s *equalShard) find(hash uint32, is func(node uint32) bool) (slot int, ok bool) {
	if len(s.nodes) == 0 {
		return 0, false
	}
	for i := slotOf(hash, len(s.nodes)); ; i++ {
		if i == len(s.nodes) {
			i = 0
		}
		switch n := s.nodes[i]; {
		case n == 0:
			return 0, false
		case n != removedNode && s.marks[i] == markOf(hash) && is(n-1):
			return i, true
		}
	}
}

// add adds a node that is not there. hashOf returns the hashes of those that are.
func (e *equals) add(hash, node uint32, hashOf func(node uint32) uint32) {
	s := &e.shards[hash%equalShards]
	if 4*(s.used+1) > 3*len(s.nodes) {
		s.grow(hashOf)
	}
	s.put(hash, node)
	e.size++
}

func (s *equalShard) put(hash, node uint32) {
	i := slotOf(hash, len(s.nodes))
	for s.nodes[i] != 0 {
		if i++; i == len(s.nodes) {
			i = 0
		}
	}
	s.nodes[i], s.marks[i] = node+1, markOf(hash)
	s.used++
	s.live++
}

// grow makes room for an eighth more nodes than there are.
func (s *equalShard) grow(hashOf func(node uint32) uint32) {
	old, size := s.nodes, equalStep+s.live*3/2
	*s = equalShard{nodes: make([]uint32, size), marks: make([]uint8, size)}
	for _, n := range old {
		if n != 0 && n != removedNode {
			s.put(hashOf(n-1), n-1)
		}
	}
}
