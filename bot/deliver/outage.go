package deliver

import (
	"sync"
	"tidings/bot"
	"time"
)

// streak counts the passing failures of a platform since the last success. Those of one target in a
// row count once: a target that keeps failing while nothing else is sent is no outage, and holds up
// nobody else.
type streak struct {
	mu    sync.Mutex // guards everything below
	count int
	last  bot.Target
	inRow int // failures of last in a row
}

// failed counts a failure of t. It returns how many there are, and how many of t in a row.
func (s *streak) failed(t bot.Target) (count, inRow int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count == 0 || s.last != t {
		s.count++
		s.last, s.inRow = t, 0
	}
	s.inRow++
	return s.count, s.inRow
}

// end begins anew after a success. It returns how many failures there were.
func (s *streak) end() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	count := s.count
	s.count = 0
	return count
}

// hangs remembers the targets whose last sends nobody answered. They get less time then, so that chats
// that hang hold up less. All methods may be called concurrently.
type hangs struct {
	mu   sync.Mutex // guards seen
	seen map[bot.Target]int
}

// maxHangs bounds how many targets are remembered.
const maxHangs = 10_000

// patience returns how long a send to t may take: the whole time at first and at every fourth try.
func (h *hangs) patience(t bot.Target) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seen[t]%4 == 0 {
		return sendTimeout
	}
	return retryTimeout
}

// hung notes that nobody answered a send to t, and heard that somebody did, with whatever.
func (h *hangs) hung(t bot.Target) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seen == nil || len(h.seen) >= maxHangs {
		h.seen = map[bot.Target]int{}
	}
	h.seen[t]++
}

func (h *hangs) heard(t bot.Target) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.seen, t)
}
