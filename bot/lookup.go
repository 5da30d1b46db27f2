package bot

import (
	"context"
	"fmt"
)

// What answers need to know of the store, with errors that say what was asked.

func (h *handler) subscriptionsOf(ctx context.Context, t Target) ([]Subscription, error) {
	subs, err := h.store.SubscriptionsOf(ctx, t)
	if err != nil {
		return nil, fmt.Errorf("subscriptions of %s: %w", t, err)
	}
	return subs, nil
}

func (h *handler) targetStatus(ctx context.Context, t Target) (TargetStatus, error) {
	status, err := h.store.TargetStatus(ctx, t)
	if err != nil {
		return TargetStatus{}, fmt.Errorf("status of %s: %w", t, err)
	}
	return status, nil
}

func (h *handler) allSources(ctx context.Context) ([]Source, error) {
	sources, err := h.store.Sources(ctx)
	if err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	return sources, nil
}
