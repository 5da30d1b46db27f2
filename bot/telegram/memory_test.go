package telegram_test

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"tidings/bot"
)

// memory is a State and an Inbox without a disk.
type memory struct {
	mu      sync.Mutex // guards everything below
	state   map[string]string
	changed chan struct{} // closed at the next change of state
	offsets map[string]int64
	updates map[string][]bot.Update
	refuse  error // what Receive returns instead of storing
}

var (
	_ bot.State = (*memory)(nil)
	_ bot.Inbox = (*memory)(nil)
)

func newMemory() *memory {
	return &memory{state: map[string]string{}, changed: make(chan struct{}), offsets: map[string]int64{}, updates: map[string][]bot.Update{}}
}

func (m *memory) State(_ context.Context, key string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state[key], nil
}

func (m *memory) SetState(_ context.Context, key, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state[key] = value
	close(m.changed)
	m.changed = make(chan struct{})
	return nil
}

// awaitState waits until is returns true for the value of key.
func (m *memory) awaitState(ctx context.Context, key string, is func(string) bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		m.mu.Lock()
		value, changed := m.state[key], m.changed
		m.mu.Unlock()
		if is(value) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("waited in vain for %s", key)
		}
	}
}

func (m *memory) Receive(_ context.Context, box string, updates []bot.Update, next int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse != nil {
		return m.refuse
	}
	m.updates[box], m.offsets[box] = append(m.updates[box], updates...), next
	return nil
}

func (m *memory) Offset(_ context.Context, box string) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.offsets[box], nil
}

func (m *memory) Unhandled(_ context.Context, box string) ([]bot.Update, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.updates[box]), nil
}

func (m *memory) Handled(ctx context.Context, box string, id int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.updates[box] = slices.DeleteFunc(m.updates[box], func(u bot.Update) bool { return u.ID == id })
	return ctx.Err()
}

// left returns the updates of all bots that have not been handled.
func (m *memory) left() []bot.Update {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []bot.Update
	for _, list := range m.updates {
		all = append(all, list...)
	}
	return all
}

func (m *memory) setRefuse(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refuse = err
}
