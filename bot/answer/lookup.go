package answer

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
)

// What answers need to know of the store, with errors that say what was asked.

func (h *Handler) subscriptionsOf(ctx context.Context, t bot.Target) ([]bot.Subscription, error) {
	subs, err := h.store.SubscriptionsOf(ctx, t)
	if err != nil {
		return nil, fmt.Errorf("subscriptions of %s: %w", t, err)
	}
	for i := range subs {
		h.currentPause(&subs[i].Preferences, h.zone)
	}
	return subs, nil
}

// currentPause forgets a pause that is over, and puts the end of another into a chat's time zone.
func (h *Handler) currentPause(w *bot.Preferences, zone *time.Location) {
	switch {
	case !w.Paused.Holds(h.now()):
		w.Paused = bot.Pause{}
	case !w.Paused.Until.IsZero():
		w.Paused.Until = w.Paused.Until.In(zone)
	}
}

func (h *Handler) targetStatus(ctx context.Context, t bot.Target) (bot.TargetStatus, error) {
	status, err := h.store.TargetStatus(ctx, t)
	if err != nil {
		return bot.TargetStatus{}, fmt.Errorf("status of %s: %w", t, err)
	}
	return status, nil
}

// privateSources returns the sources of all places, which is for counting.
func (h *Handler) privateSources(ctx context.Context) ([]bot.Source, error) {
	sources, err := h.store.PrivateSources(ctx)
	if err != nil {
		return nil, fmt.Errorf("private sources: %w", err)
	}
	return sources, nil
}

// sourcesIn returns the sources that people in a place may know of.
func (h *Handler) sourcesIn(ctx context.Context, p bot.Place) ([]bot.Source, error) {
	sources, err := h.store.SourcesIn(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	return sources, nil
}

// archiveIn is the archive as people in a place may know it.
type archiveIn struct {
	archive Archive
	place   bot.Place
}

// Tally counts what people in the place may know of.
func (a archiveIn) Tally(ctx context.Context, q bot.TallyQuery) (bot.Tally, error) {
	q.Place = a.place
	return a.archive.Tally(ctx, q)
}

// Search finds what people in the place may know of.
func (a archiveIn) Search(ctx context.Context, q bot.Query) (bot.Page, error) {
	q.Place = a.place
	return a.archive.Search(ctx, q)
}
