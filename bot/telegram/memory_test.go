package telegram_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"tidings/bot"
)

// memory is a State and an Inbox without a disk.
type memory struct {
	mu      sync.Mutex // guards everything below
	state   map[string]string
	changed chan struct{} // closed at the next change of state
	offsets map[string]int64
	updates map[string][]bot.Update
	leased  map[numbered]time.Time // until when updates belong to somebody
	refuse  error                  // what Receive returns instead of storing
}

// numbered is an update of a box.
type numbered struct {
	box string
	id  int64
}

var (
	_ bot.State = (*memory)(nil)
	_ bot.Inbox = (*memory)(nil)
)

func newMemory() *memory {
	return &memory{state: map[string]string{}, changed: make(chan struct{}), offsets: map[string]int64{}, updates: map[string][]bot.Update{}, leased: map[numbered]time.Time{}}
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

func (m *memory) Receive(
	_ context.Context, box string, updates []bot.Update, next int64, lease time.Duration,
) ([]bot.Update, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse != nil {
		return nil, m.refuse
	}
	var taken []bot.Update
	for _, u := range updates {
		if _, known := m.leased[numbered{box, u.ID}]; known {
			continue
		}
		m.leased[numbered{box, u.ID}] = time.Now().Add(lease)
		taken = append(taken, u)
	}
	m.updates[box] = append(m.updates[box], taken...)
	if next != 0 {
		m.offsets[box] = next
	}
	return taken, nil
}

func (m *memory) Offset(_ context.Context, box string) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.offsets[box], nil
}

func (m *memory) Adopt(_ context.Context, box string, n int, lease time.Duration) ([]bot.Update, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []bot.Update
	for _, u := range m.updates[box] {
		if len(list) < n && !time.Now().Before(m.leased[numbered{box, u.ID}]) {
			m.leased[numbered{box, u.ID}] = time.Now().Add(lease)
			list = append(list, u)
		}
	}
	return list, nil
}

func (m *memory) Keep(_ context.Context, box string, ids []int64, lease time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		m.leased[numbered{box, id}] = time.Now().Add(lease)
	}
	return nil
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

// expire ends all leases, as time does.
func (m *memory) expire() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key := range m.leased {
		m.leased[key] = time.Time{}
	}
}
