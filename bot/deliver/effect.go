package deliver

import (
	"context"
	"errors"
	"time"

	"tidings/bot"
)

// sent counts a success, and of posts how long they took.
func (s *Sender) sent(dl *bot.Delivery, took time.Duration, now time.Time) {
	since := dl.Article.VisibleSince()
	if dl.Waited != "" && dl.Due.After(since) {
		since = dl.Due // its target wanted it no earlier
	}
	lag := now.Sub(since)
	if dl.Action == bot.Post {
		s.delays.Add(lag, now)
		if dl.Digest && editionOf(dl).First {
			s.metrics.DigestSent(s.adapter.Platform())
		}
	}
	s.metrics.Settled(s.adapter.Platform(), sent, took, lag)
}

// asSendError returns the adapter's error, or what another one means for a send.
func asSendError(err error) *bot.SendError {
	if e, ok := errors.AsType[*bot.SendError](err); ok {
		return e
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &bot.SendError{Reason: "no answer in time", Err: err, Uncertain: true}
	}
	return &bot.SendError{Reason: "the send failed", Err: err}
}

// failed decides what follows from an error, and does it.
func (s *Sender) failed(ctx context.Context, dl *bot.Delivery, e *bot.SendError, as form, begun, ended time.Time) decision {
	d := decide(failure{
		err: e, action: dl.Action, attempts: dl.Attempts, bare: as == bare, list: dl.IsList(),
		unanswered: errors.Is(e, context.DeadlineExceeded), ended: ended, history: s.health.failed(dl, e, begun, ended),
	})
	platform := s.adapter.Platform()
	s.metrics.Settled(platform, string(d.reason), ended.Sub(begun), 0)
	s.metrics.Failed(platform, failureOf(e))
	if e.Kind == bot.RateLimited && !e.Local {
		s.metrics.RateLimited(platform)
	}
	s.logger.Log(ctx, d.level, "send failed", "target", dl.Target.String(), "article", dl.Article.ID,
		"attempts", dl.Attempts+1, "decision", d.reason, "state", d.outcome.State, "err", e)
	s.carryOut(ctx, dl, e, &d, begun, ended)
	return d
}

// carryOut does what a decision asks for beside recording its outcome.
func (s *Sender) carryOut(ctx context.Context, dl *bot.Delivery, e *bot.SendError, d *decision, begun, ended time.Time) {
	if d.pause > 0 {
		s.slots.PauseAlerts(ended.Add(d.pause))
	}
	switch d.effect {
	case suspend:
		lost, err := s.targets.Suspend(ctx, dl.Target, suspension(e))
		if err != nil {
			s.logger.ErrorContext(ctx, "target not suspended", "target", dl.Target.String(), "err", err)
		}
		if e.ThreadOnly && len(lost) > 0 { // else it has been reported
			s.reportLostThread(ctx, dl.Target, e)
		}
		if len(lost) > 0 && s.suspended != nil {
			s.suspended(ctx, dl.Target, begun)
		}
	case move:
		if err := s.targets.Move(ctx, dl.Target, e.To); err != nil {
			s.logger.ErrorContext(ctx, "target not moved", "target", dl.Target.String(), "to", e.To.String(), "err", err)
			d.outcome.NotBefore = ended.Add(retryBase)
		}
	case nothing, tryBare:
	}
}
