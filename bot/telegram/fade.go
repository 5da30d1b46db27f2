package telegram

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"net/http"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
	"tidings/internal/retry"
)

const (
	// fadeAfter is how long an answer stays in a channel, whose readers it doesn't concern.
	fadeAfter = time.Minute
	// fadeLook is how often this process looks for answers to delete, at most, and maxFading how many it deletes at a time.
	fadeLook  = 5 * time.Second
	maxFading = 20
)

// fading is an answer that is to be deleted. It waits in the inbox, where its lease is the time it has left: a restart
// loses none, and one process deletes it.
type fading struct {
	Chat    string `json:"chat"`
	Message string `json:"message"`
}

// fadingBox is the part of the inbox for answers to delete.
func (a *Adapter) fadingBox() string { return a.box + ":fading" }

// fade has a message deleted after a while.
func (s *session) fade(ctx context.Context, f fading, after time.Duration) {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(f.Chat + "/" + f.Message)) // it never fails
	u := bot.Update{ID: int64(hash.Sum64() >> 1), Body: []byte(encode(f))}
	if _, err := s.inbox.Receive(ctx, s.fadingBox(), []bot.Update{u}, 0, after); err != nil {
		s.log.WarnContext(ctx, "answer in a channel stays", "chat", f.Chat, "err", err)
	}
}

// fadeOut deletes answers whose time has come, until ctx ends.
func (s *session) fadeOut(ctx context.Context) error {
	for retry.Sleep(ctx, min(fadeLook, s.fadeAfter)) == nil {
		due, err := s.inbox.Adopt(ctx, s.fadingBox(), maxFading, s.fadeAfter)
		if err != nil && ctx.Err() == nil {
			s.log.DebugContext(ctx, "answers to delete not read", "err", err)
		}
		for _, u := range due {
			s.deleteFaded(ctx, u)
		}
	}
	return ctx.Err()
}

// deleteFaded deletes one answer. What fails for another reason than Telegram's refusal is tried again a while later.
func (s *session) deleteFaded(ctx context.Context, u bot.Update) {
	var f fading
	if json.Unmarshal(u.Body, &f) == nil {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		err := s.client.call(ctx, "deleteMessage", tgbotapi.Params{"chat_id": f.Chat, "message_id": f.Message}, nil)
		if err != nil && (!isRefusal(err) || hasCode(err, http.StatusTooManyRequests)) {
			return
		}
	}
	if err := s.inbox.Handled(ctx, s.fadingBox(), u.ID); err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "deleted answer not forgotten", "chat", f.Chat, "err", err)
	}
}

// answerPost answers a command that was typed as a post: who typed it alone, where Telegram tells, else in the channel, for
// a while.
func (s *session) answerPost(ctx context.Context, m *message, answer bot.Message) {
	if isEmpty(answer) && answer.Form == nil {
		return
	}
	if m.isPoster() {
		alone := &message{Chat: &tgbotapi.Chat{ID: m.From.ID, Type: private}, From: m.From}
		if answer.Form != nil {
			if s.ask(ctx, alone, question{Message: answer, user: m.author()}) {
				return
			}
		} else if s.answerPrivately(ctx, m.From, answer) {
			s.tidyCommand(ctx, m, answer)
			return
		}
	}
	if answer.Form != nil {
		s.ask(ctx, m, question{Message: answer, user: m.author()})
		return
	}
	if posted, ok := s.deliver(ctx, m, s.render(answer), 0); ok && posted.MessageID != "" {
		s.fade(ctx, fading{Chat: strconv.FormatInt(m.Chat.ID, 10), Message: posted.MessageID}, s.fadeAfter)
		s.tidyCommand(ctx, m, answer)
	}
}

// isPoster reports whether Telegram says who wrote a post.
func (m *message) isPoster() bool { return m.From != nil && !m.From.IsBot && m.From.ID != m.Chat.ID }
