package filter

// chunk is how many things a table makes room for at a time: it never has to move them.
const chunk = 4096

// table is a list of things that are numbered, and whose numbers are used again.
type table[T any] struct {
	chunks []*[chunk]T
	used   uint32
	free   []uint32
}

// add makes a number.
func (t *table[T]) add() uint32 {
	if n := len(t.free); n > 0 {
		i := t.free[n-1]
		t.free = t.free[:n-1]
		return i
	}
	if t.used%chunk == 0 {
		t.chunks = append(t.chunks, new([chunk]T))
	}
	t.used++
	return t.used - 1
}

// remove makes a number free.
func (t *table[T]) remove(i uint32) { t.free = append(t.free, i) }

func (t *table[T]) at(i uint32) *T { return &t.chunks[i/chunk][i%chunk] }
