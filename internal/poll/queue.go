package poll

import (
	"cmp"
	"container/heap"
	"strings"
	"time"
)

// followed is a feed whose turn is soon.
type followed struct {
	id       string
	host     *host
	lastTry  time.Time // as far as is known
	at       time.Time // when it is looked at next
	due      time.Time // when its turn is; it keeps that while it waits for its host
	index    int       // in the queue, or notQueued
	waits    bool      // for a fetch of its host to end
	inFlight bool
	asked    bool // somebody wants it fetched now
	leftOnce bool // because it couldn't be had
	// stored is when the store says that it is due, and seen the look that found that.
	stored time.Time
	seen   int
}

const notQueued = -1

// queue has the feeds that wait, the one to be looked at next first.
type queue []*followed

var _ heap.Interface = (*queue)(nil)

// Len returns how many feeds wait.
func (q queue) Len() int { return len(q) }

// Less reports whether the turn of i is before that of j.
func (q queue) Less(i, j int) bool {
	a, b := q[i], q[j]
	return cmp.Or(a.at.Compare(b.at), a.due.Compare(b.due), strings.Compare(a.id, b.id)) < 0
}

// Swap swaps two feeds.
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push appends an *followed, for package heap.
func (q *queue) Push(x any) {
	e := x.(*followed)
	e.index = len(*q)
	*q = append(*q, e)
}

// Pop removes the last feed, for package heap.
func (q *queue) Pop() any {
	old := *q
	e := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	e.index = notQueued
	return e
}

// put queues a feed to be looked at, wherever it was in the queue before.
func (q *queue) put(e *followed, at time.Time) {
	e.at = at
	if e.index == notQueued {
		heap.Push(q, e)
	} else {
		heap.Fix(q, e.index)
	}
}

// drop removes a feed from the queue.
func (q *queue) drop(e *followed) { heap.Remove(q, e.index) }
