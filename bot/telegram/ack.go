package telegram

import (
	"context"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// ackAfter is how long after its arrival a press is acknowledged without a text. The person sees a spinner until then.
// Telegram accepts answers for some seconds more.
const ackAfter = 1500 * time.Millisecond

// maxToast is how long a notice may be to fade by itself; a longer one is shown until it is closed.
const maxToast = 60

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

// after answers without a text if nothing else has answered within ackAfter.
func (k *ack) after(ctx context.Context) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.waiting.Add(1)
	k.timer = time.AfterFunc(ackAfter, func() {
		defer k.waiting.Done()
		k.answer(ctx, "")
	})
}

// answer reports whether text was shown. A query that is too old can't be helped.
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
