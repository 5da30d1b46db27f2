package discord

import (
	"context"
	"fmt"
	"sync"
	"time"

	"tidings/bot"
)

// unpublishedFor is how long people are told of an alert that was not published.
const unpublishedFor = 24 * time.Hour

// unpublished counts by channel the alerts that were posted there and not published, for all processes. Its methods may be
// called concurrently.
type unpublished struct {
	now func() time.Time
	mu  sync.Mutex // held while a count changes
}

// notPublished are the moments of the alerts of one channel, oldest first, as the state keeps them.
type notPublished []time.Time

// maxNotPublished bounds how many moments are kept for a channel.
const maxNotPublished = 500

func unpublishedKey(channel string) string { return "discord/unpublished/" + channel }

// add counts one more in a channel.
func (u *unpublished) add(ctx context.Context, state bot.State, channel string) error {
	if state == nil {
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	list, err := u.recent(ctx, state, channel)
	if err != nil {
		return err
	}
	list = append(list, u.now().UTC().Truncate(time.Second))
	if err := keepList(ctx, state, unpublishedKey(channel), list, maxNotPublished); err != nil {
		return fmt.Errorf("count what is not published: %w", err)
	}
	return nil
}

// recent returns when alerts of the last while were not published.
func (u *unpublished) recent(ctx context.Context, state bot.State, channel string) (notPublished, error) {
	if state == nil {
		return nil, nil
	}
	list, err := readList[time.Time](ctx, state, unpublishedKey(channel))
	if err != nil {
		return nil, fmt.Errorf("read what is not published: %w", err)
	}
	var kept notPublished
	for _, at := range list {
		if u.now().Sub(at) < unpublishedFor {
			kept = append(kept, at)
		}
	}
	return kept, nil
}
