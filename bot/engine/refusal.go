package engine

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

// remindEvery is how often what lasts is logged again.
const remindEvery = time.Hour

// refusal is a platform's answer that the token is not valid.
type refusal struct {
	since time.Time
	err   error
}

// serveUnlessRefused runs one platform. Once it refuses the token nothing is sent or answered there, everything is kept,
// and the others go on. It returns the refusals if no other is left.
func (e *Engine) serveUnlessRefused(ctx context.Context, o *outlet) error {
	err := e.serve(ctx, o)
	if !errors.Is(err, bot.ErrUnauthorized) {
		return err
	}
	o.refused.Store(&refusal{since: e.cfg.Now(), err: err})
	if refused := e.refusals(); len(refused) == len(e.outlets) {
		return errors.Join(refused...)
	}
	platform := o.adapter.Platform()
	e.Notify(bot.Say("The bot's token for %s was refused, so nothing is posted or answered there. "+
		"Alerts wait, and none is lost: set a new token and restart the bot. Other platforms go on.", platform))
	for ctx.Err() == nil {
		e.cfg.Logger.ErrorContext(ctx, "token refused; nothing is sent there until a restart with a new one",
			"platform", platform, "since", o.refused.Load().since, "err", err)
		_ = retry.Sleep(ctx, remindEvery)
	}
	return nil
}

// refusals returns how platforms refused their tokens, by name.
func (e *Engine) refusals() []error {
	var list []error
	for _, platform := range slices.Sorted(maps.Keys(e.outlets)) {
		if r := e.outlets[platform].refused.Load(); r != nil {
			list = append(list, r.err)
		}
	}
	return list
}

func (e *Engine) isRefused(platform string) bool {
	o := e.outlets[platform]
	return o != nil && o.refused.Load() != nil
}
