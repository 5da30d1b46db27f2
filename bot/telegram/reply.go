package telegram

import (
	"context"
	"errors"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

const (
	replyTries = 4
	// maxReplyWait is the longest that an answer waits for a rate limit.
	maxReplyWait = 30 * time.Second
)

// reply answers a message where it was written, or explains to the person in private why the bot can't.
func (s *session) reply(ctx context.Context, m *message, answer bot.Message, replyTo int) (posted bot.Receipt, ok bool) {
	if isEmpty(answer) {
		return bot.Receipt{}, false
	}
	return s.deliver(ctx, m, s.render(answer), replyTo)
}

// deliver sends an answer to m, and returns its receipt if it got through.
func (s *session) deliver(ctx context.Context, m *message, r rendered, replyTo int) (posted bot.Receipt, ok bool) {
	to := m.target()
	err := s.insist(ctx, to, func(ctx context.Context) (err error) {
		posted, err = s.post(ctx, to, r, replyTo)
		if se, ok := errors.AsType[*bot.SendError](err); ok && se.Kind == bot.TargetMoved {
			to, replyTo = se.To, 0
			posted, err = s.post(ctx, to, r, replyTo)
		}
		return err
	})
	if err == nil {
		return posted, true
	}
	s.log.WarnContext(ctx, "answer not sent", "target", to.String(), "err", err)
	if se, ok := errors.AsType[*bot.SendError](err); ok && se.Kind == bot.TargetGone {
		s.excuse(ctx, m, se.Reason)
	}
	return bot.Receipt{}, false
}

func isEmpty(m bot.Message) bool { return m.Card == nil && m.Text.Empty() }

// insist retries a few times while that may help: answers have no outbox.
func (s *session) insist(ctx context.Context, to bot.Target, do func(context.Context) error) error {
	for try := 0; ; try++ {
		err := s.inTurn(ctx, to, do)
		se, ok := errors.AsType[*bot.SendError](err)
		if !ok || try == replyTries-1 {
			return err
		}
		wait := retry.Backoff(try, retryBase, retryMost)
		switch se.Kind {
		case bot.Transient:
			if isUnauthorized(err) || se.Uncertain && !isPage(err) {
				return err // a second copy is worse than none: the person sees that and asks again
			}
		case bot.RateLimited:
			if se.After > maxReplyWait {
				return err
			}
			wait = se.After
		default:
			return err
		}
		if ended := retry.Sleep(ctx, wait); ended != nil {
			return ended
		}
	}
}

func kindOf(err error) bot.SendErrorKind {
	if se, ok := errors.AsType[*bot.SendError](err); ok {
		return se.Kind
	}
	return bot.Transient
}
