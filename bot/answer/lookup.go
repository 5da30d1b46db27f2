package answer

import (
	"context"
	"fmt"

	"tidings/bot"
)

// What answers need to know of the store, with errors that say what was asked.

func (h *Handler) subscriptionsOf(ctx context.Context, t bot.Target) ([]bot.Subscription, error) {
	subs, err := h.store.SubscriptionsOf(ctx, t)
	if err != nil {
		return nil, fmt.Errorf("subscriptions of %s: %w", t, err)
	}
	return subs, nil
}

func (h *Handler) targetStatus(ctx context.Context, t bot.Target) (bot.TargetStatus, error) {
	status, err := h.store.TargetStatus(ctx, t)
	if err != nil {
		return bot.TargetStatus{}, fmt.Errorf("status of %s: %w", t, err)
	}
	return status, nil
}

func (h *Handler) allSources(ctx context.Context) ([]bot.Source, error) {
	sources, err := h.store.Sources(ctx)
	if err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	return sources, nil
}
