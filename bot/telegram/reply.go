package telegram

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
	"tidings/internal/retry"
)

const (
	replyTries = 4
	// maxReplyWait is the longest that an answer waits for a rate limit to pass.
	maxReplyWait = 30 * time.Second
	// ackAfter is how long the presser of a button looks at a clock before the query is answered
	// without a text. Telegram takes answers for some more seconds.
	ackAfter = 2 * time.Second
)

// reply answers the message m in its place. If the bot may not write there, the person is told why.
func (s *session) reply(ctx context.Context, m *message, answer bot.Message, replyTo int) {
	if !isEmpty(answer) {
		s.deliver(ctx, m, s.render(answer), replyTo)
	}
}

// deliver sends an answer to m, and reports the message it became, if it got through.
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

// excuse tells a person privately, once, why a group gets no answer.
func (s *session) excuse(ctx context.Context, m *message, reason string) {
	if m.Chat.Type == private || m.From == nil || m.From.IsBot || !s.excused.first(m.Chat.ID, m.From.ID) {
		return
	}
	told := s.tellPrivately(ctx, m.From, bot.Message{Text: bot.Plain("I cannot answer you in “" + oneLine(m.Chat.Title) + "”: " +
		reason + ". Somebody who manages it can let me write there.")})
	if !told {
		s.excused.forget(m.Chat.ID, m.From.ID)
	}
}

func isEmpty(m bot.Message) bool { return m.Card == nil && m.Text.Empty() }

// tellPrivately writes to somebody alone, and reports whether that worked. Telegram allows it only with
// those who have started the bot.
func (s *session) tellPrivately(ctx context.Context, to *tgbotapi.User, m bot.Message) bool {
	target := bot.Target{Platform: Platform, Chat: strconv.FormatInt(to.ID, 10)}
	err := s.inTurn(ctx, target, func(ctx context.Context) error {
		_, err := s.post(ctx, target, s.render(m), 0)
		return err
	})
	if err != nil {
		s.log.DebugContext(ctx, "private message not sent", "err", err)
		return false
	}
	return true
}

// excused remembers who has been told that the bot cannot write in a chat. The zero value is ready.
type excused struct {
	mu   sync.Mutex // guards seen
	seen map[memberKey]bool
}

// first reports whether this is the first call for somebody in a chat.
func (t *excused) first(chat, user int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen == nil || len(t.seen) >= maxKnown {
		t.seen = map[memberKey]bool{}
	}
	who := memberKey{chat: chat, user: user}
	if t.seen[who] {
		return false
	}
	t.seen[who] = true
	return true
}

// forget makes the next call for somebody in a chat the first.
func (t *excused) forget(chat, user int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.seen, memberKey{chat: chat, user: user})
}

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

// ack is the answer to a callback query, which is given once.
type ack struct {
	session *session
	id      string
	waiting sync.WaitGroup

	mu    sync.Mutex // guards the rest
	timer *time.Timer
	done  bool
}

func newAck(s *session, id string) *ack { return &ack{session: s, id: id} }

// after answers without a text if nothing else has answered by then.
func (k *ack) after(ctx context.Context) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.waiting.Add(1)
	k.timer = time.AfterFunc(ackAfter, func() {
		defer k.waiting.Done()
		k.answer(ctx, "")
	})
}

// answer reports whether text was shown. A query that is too old is no fault of ours.
func (k *ack) answer(ctx context.Context, text string) bool {
	k.mu.Lock()
	if k.done {
		k.mu.Unlock()
		return false
	}
	k.done = true
	k.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	params := tgbotapi.Params{"callback_query_id": k.id}
	params.AddNonEmpty("text", text)
	params.AddBool("show_alert", units(text) > maxToast)
	if err := k.session.client.call(ctx, "answerCallbackQuery", params, nil); err != nil {
		k.session.log.DebugContext(ctx, "button press not answered", "err", err)
		return false
	}
	return true
}

// maxToast is how long a notice may be to fade by itself; a longer one is shown until it is closed.
const maxToast = 60

// stop waits for the timer's answer, if that is under way.
func (k *ack) stop() {
	k.mu.Lock()
	timer := k.timer
	k.mu.Unlock()
	if timer == nil {
		return
	}
	if timer.Stop() {
		k.waiting.Done()
	}
	k.waiting.Wait()
}
