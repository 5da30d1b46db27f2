package answer

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"tidings/bot"
)

// keepReturns is for how long it is remembered that the bot came back somewhere: no send takes longer to be refused.
const keepReturns = 2 * time.Minute

// returns remembers where the bot came back lately. A send that began before is refused all the same, and suspends the
// chat after there was nothing to resume. Safe for concurrent use.
type returns struct {
	mu sync.Mutex
	at map[bot.Target]time.Time // guarded by mu
}

// note remembers that the bot is back within a scope.
func (r *returns) note(scope bot.Target, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == nil {
		r.at = map[bot.Target]time.Time{}
	}
	maps.DeleteFunc(r.at, func(_ bot.Target, at time.Time) bool { return now.Sub(at).Abs() > keepReturns })
	r.at[scope] = now
}

// since reports whether the bot came back to a target at a moment or later.
func (r *returns) since(t bot.Target, moment time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for scope, at := range r.at {
		if covers(scope, t) && !at.Before(moment) {
			return true
		}
	}
	return false
}

// covers reports whether a target is within a scope. A scope that names a chat need not name its space.
func covers(scope, t bot.Target) bool {
	switch {
	case scope.Platform != t.Platform, scope.Space != "" && scope.Space != t.Space:
		return false
	case scope.Chat == "":
		return scope.Space != ""
	}
	return scope.Chat == t.Chat && (scope.Thread == "" || scope.Thread == t.Thread)
}

// returnedState begins the keys that keep when the bot came back to a chat or thread, for the replica that sends: another may have
// heard of it. Of a return to a space every replica hears that serves the platform.
const returnedState = "returned/"

func returnedKey(to bot.Target) string {
	to.Space = ""
	return returnedState + to.String()
}

// noteReturn has this process and others remember that the bot is back within a scope.
func (h *Handler) noteReturn(ctx context.Context, scope bot.Target) error {
	now := h.now()
	h.returns.note(scope, now)
	if scope.Chat == "" {
		return nil
	}
	if err := h.store.SetState(ctx, returnedKey(scope), now.UTC().Format(time.RFC3339Nano)); err != nil {
		return fmt.Errorf("keep a return: %w", err)
	}
	return nil
}

// hasReturned reports whether the bot came back to a target at a moment or later, whoever heard of it.
func (h *Handler) hasReturned(ctx context.Context, t bot.Target, moment time.Time) bool {
	if h.returns.since(t, moment) {
		return true
	}
	whole := t
	whole.Thread = ""
	for _, scope := range []bot.Target{t, whole} {
		text, err := h.store.State(ctx, returnedKey(scope))
		if err != nil {
			h.logger.WarnContext(ctx, "returns that others heard of are not known", "target", t.String(), "err", err)
			return false
		}
		if at, err := time.Parse(time.RFC3339Nano, text); err == nil && !at.Before(moment) {
			return true
		}
	}
	return false
}

// Suspended is called when a send that began at a moment has suspended a target. A return that came since is older than the
// suspension only on record: it counts now.
func (h *Handler) Suspended(ctx context.Context, t bot.Target, begun time.Time) {
	if !h.hasReturned(ctx, t, begun) {
		return
	}
	if _, err := h.back(ctx, bot.Presence{Kind: bot.Back, Scope: t, Known: true}); err != nil {
		h.logger.ErrorContext(ctx, "presence not recorded", "scope", t.String(), "err", err)
	}
}
