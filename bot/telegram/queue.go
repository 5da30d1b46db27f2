package telegram

import (
	"sync"
	"time"
)

// Limits of the requests that wait or are in progress at a time. What exceeds the first stays with Telegram; what exceeds
// the others is dropped, so that nobody can make others wait.
const (
	maxWaiting        = 1000 // in this process
	maxInChat         = 60
	maxOfPerson       = 30 // in all chats
	maxOfPersonInChat = 20
)

const (
	// burstFrom is how many further requests of somebody in a chat make a burst.
	burstFrom = 5
	// groupSpacing and privateSpacing are the times between two turns of somebody who overloads a chat. They leave at
	// least half of what Telegram lets the bot post there to alerts and to others.
	groupSpacing   = 6 * time.Second
	privateSpacing = 2 * time.Second
)

// admission says whether a request may wait for its turn.
type admission int

const (
	admitted   admission = iota
	repeated             // the same press is waiting already
	overPerson           // its sender has too many waiting
	overChat             // too many wait in its chat
)

// queues handles the tasks of each chat one at a time, and those of different chats side by side. Within a chat,
// senders take turns, and the tasks of one sender keep their order.
type queues struct {
	running sync.WaitGroup
	closing chan struct{}
	freed   chan struct{} // of one: there may be room again

	mu      sync.Mutex // guards everything below
	closed  bool
	waiting int               // admitted, and not done
	counts  map[memberKey]int // the same by sender and chat, by sender (chat 0) and by chat (user 0)
	dropped map[memberKey]int // requests by sender and chat, since the sender's last turn there
	presses map[press]bool    // that wait
	lines   map[int64]*line   // by chat
}

// line is the queue of one chat.
type line struct {
	tasks   []*task // in order of arrival
	turn    int     // number of the last turn
	senders map[int64]*sender
	wake    chan struct{} // of one: there is another task
}

// sender is somebody whose tasks are or were in a chat's line.
type sender struct {
	turn      int       // number of the last turn, or 0
	notBefore time.Time // of the next turn
}

func newQueues() *queues {
	return &queues{
		closing: make(chan struct{}), freed: make(chan struct{}, 1),
		counts: map[memberKey]int{}, dropped: map[memberKey]int{}, presses: map[press]bool{}, lines: map[int64]*line{},
	}
}

// admit makes room for a task, or says why there is none. An admitted task is added, or else released.
func (q *queues) admit(t *task) admission {
	q.mu.Lock()
	defer q.mu.Unlock()
	if admission := q.judge(t); admission != admitted {
		if key := t.key(); q.counts[key] > 0 {
			q.dropped[key]++
		}
		return admission
	}
	q.count(t, 1)
	return admitted
}

func (q *queues) judge(t *task) admission {
	switch {
	case t.sender == 0:
		return admitted
	case q.presses[t.press]:
		return repeated
	case q.counts[t.key()] >= maxOfPersonInChat,
		q.counts[memberKey{user: t.sender}] >= maxOfPerson:
		return overPerson
	case q.counts[memberKey{chat: t.chat}] >= maxInChat:
		return overChat
	}
	return admitted
}

// count counts a task n times more.
func (q *queues) count(t *task, n int) {
	q.waiting += n
	if t.sender == 0 {
		return
	}
	for _, key := range []memberKey{t.key(), {user: t.sender}, {chat: t.chat}} {
		if q.counts[key] += n; q.counts[key] == 0 {
			delete(q.counts, key)
		}
	}
	switch {
	case t.press == press{}:
	case n > 0:
		q.presses[t.press] = true
	default:
		delete(q.presses, t.press)
	}
}

// add queues an admitted task, and reports false once the queues are closed.
func (q *queues) add(t *task) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	l, ok := q.lines[t.chat]
	if !ok {
		l = &line{senders: map[int64]*sender{}, wake: make(chan struct{}, 1)}
		q.lines[t.chat] = l
		q.running.Go(func() { q.serve(t.chat, l) })
	}
	l.tasks = append(l.tasks, t)
	signal(l.wake)
	return true
}

// spawn does something beside the queues, which wait for it, unless they are closed.
func (q *queues) spawn(work func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.running.Go(work)
	}
}

// serve handles a chat's tasks until there are none and nobody there has to wait for another turn.
func (q *queues) serve(chat int64, l *line) {
	for {
		t, wait := q.next(chat, l)
		switch {
		case t != nil:
			t.do()
			q.done(l, t)
		case wait > 0:
			q.sleep(l, wait)
		default:
			return
		}
	}
}

// next removes the task whose turn it is from the line. Without one it returns how long to wait, or removes the line and
// returns 0 if there is nothing to wait for.
func (q *queues) next(chat int64, l *line) (*task, time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	if q.closed { // nobody has to wait any more
		now = now.Add(groupSpacing)
	}
	i, wait := l.pick(now)
	if i < 0 {
		if wait == 0 {
			delete(q.lines, chat)
		}
		return nil, wait
	}
	t := l.tasks[i]
	l.tasks = append(l.tasks[:i:i], l.tasks[i+1:]...)
	l.turn++
	l.sender(t.sender).turn = l.turn
	return t, 0
}

// pick returns the index of the first task of the sender whose last turn is longest ago, or -1 and for how long
// nobody may have a turn.
func (l *line) pick(now time.Time) (index int, wait time.Duration) {
	index = -1
	for i, t := range l.tasks {
		who := l.sender(t.sender)
		if !who.notBefore.After(now) && (index < 0 || who.turn < l.senders[l.tasks[index].sender].turn) {
			index = i
		}
	}
	if index >= 0 {
		return index, 0
	}
	for _, who := range l.senders {
		if left := who.notBefore.Sub(now); left > 0 && (wait == 0 || left < wait) {
			wait = left
		}
	}
	return index, wait
}

func (l *line) sender(id int64) *sender {
	who, ok := l.senders[id]
	if !ok {
		who = &sender{}
		l.senders[id] = who
	}
	return who
}

// done ends a task. A sender who overloads the chat waits before the next turn.
func (q *queues) done(l *line, t *task) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.count(t, -1)
	if key := t.key(); t.sender != 0 && q.counts[key]+q.dropped[key] >= burstFrom {
		l.sender(t.sender).notBefore = time.Now().Add(spacing(t.chat))
	}
	delete(q.dropped, t.key())
	signal(q.freed)
}

func spacing(chat int64) time.Duration {
	if chat < 0 {
		return groupSpacing
	}
	return privateSpacing
}

// release ends a task that has been admitted, but not added.
func (q *queues) release(t *task) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.count(t, -1)
	delete(q.dropped, t.key())
}

// sleep waits for d, for another task in the line, or for the end.
func (q *queues) sleep(l *line, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.wake:
	case <-q.closing:
	}
}

// free returns how many more tasks may wait.
func (q *queues) free() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return max(0, maxWaiting-q.waiting)
}

// wait closes the queues, and returns when all that was added has been done.
func (q *queues) wait() {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.closing)
	}
	q.mu.Unlock()
	q.running.Wait()
}

// signal fills a channel of one.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
