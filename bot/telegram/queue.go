package telegram

import (
	"context"
	"sync"
)

const (
	maxWorkers = 64   // chats that are served at once, some of which wait for their turn
	maxWaiting = 1000 // updates in memory; more stay with Telegram
)

// queues does the work of each chat in order, and that of different chats side by side.
type queues struct {
	workers chan struct{}
	waiting chan struct{}
	running sync.WaitGroup

	mu    sync.Mutex // guards chats
	chats map[int64][]func()
}

func newQueues() *queues {
	return &queues{
		workers: make(chan struct{}, maxWorkers),
		waiting: make(chan struct{}, maxWaiting),
		chats:   map[int64][]func(){},
	}
}

// add queues work for a chat. It blocks while too much waits, and does nothing once ctx has ended.
func (q *queues) add(ctx context.Context, chat int64, work func()) {
	select {
	case q.waiting <- struct{}{}:
	case <-ctx.Done():
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	list, active := q.chats[chat]
	q.chats[chat] = append(list, work)
	if !active {
		q.running.Go(func() { q.drain(chat) })
	}
}

// drain does a chat's work until there is none.
func (q *queues) drain(chat int64) {
	q.workers <- struct{}{}
	defer func() { <-q.workers }()
	for {
		q.mu.Lock()
		list := q.chats[chat]
		if len(list) == 0 {
			delete(q.chats, chat)
			q.mu.Unlock()
			return
		}
		work := list[0]
		q.chats[chat] = list[1:]
		q.mu.Unlock()
		work()
		<-q.waiting
	}
}

// room returns how much more may wait.
func (q *queues) free() int { return cap(q.waiting) - len(q.waiting) }

// wait returns when all work is done. Nothing may be added meanwhile.
func (q *queues) wait() { q.running.Wait() }
