package feed

import (
	"context"

	"tidings/bot"
)

// Hubs asks hubs to push.
type Hubs struct{}

func (h *Hubs) found(s *bot.Source, got *fetched) {}

func (h *Hubs) run(ctx context.Context, p *Poller) {}
