package discord

import (
	"context"
	"sync"
	"time"

	"tidings/bot"
)

// memoryState is a [bot.State] in memory.
type memoryState struct{ values sync.Map }

func (s *memoryState) State(_ context.Context, key string) (string, error) {
	v, _ := s.values.Load(key)
	text, _ := v.(string)
	return text, nil
}

func (s *memoryState) SetState(_ context.Context, key, value string) error {
	s.values.Store(key, value)
	return nil
}

// memoryInbox is an [Inbox] in memory.
type memoryInbox struct {
	handled sync.Map                        // whether, by ID
	fail    func(ctx context.Context) error // nil if it works
}

func (b *memoryInbox) Receive(
	ctx context.Context, _ string, updates []bot.Update, _ int64, _ time.Duration,
) (taken []bot.Update, err error) {
	if b.fail != nil {
		return nil, b.fail(ctx)
	}
	for _, u := range updates {
		if _, known := b.handled.LoadOrStore(u.ID, false); !known {
			taken = append(taken, u)
		}
	}
	return taken, nil
}

func (b *memoryInbox) Handled(_ context.Context, _ string, id int64) error {
	b.handled.Store(id, true)
	return nil
}

// over returns how many updates have been handled.
func (b *memoryInbox) over() (n int) {
	for _, handled := range b.handled.Range {
		if handled == true {
			n++
		}
	}
	return n
}
