package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"
)

const (
	callbackLife = 15 * time.Second // after it answerCallbackQuery is too late; the real limit is not published
	maxAnswer    = 200              // characters; core.telegram.org/bots/api#answercallbackquery
)

// Answer is what a person sees after a press.
type Answer struct {
	Text string
	// Alert shows the text in a window to close instead of a line that fades.
	Alert bool
	URL   string
}

// callback is a press that waits for its answer.
type callback struct {
	asked time.Time
	chat  int64
	done  chan Answer // buffers one
}

// expired reports whether a callback query can no longer be answered.
func (t *StandIn) expired(q *callback) bool { return t.cfg.Now().Sub(q.asked) > t.cfg.CallbackLife }

// Press presses the button with this data below a message, and waits for the bot's answer or the end of ctx.
func (t *StandIn) Press(ctx context.Context, user, chat int64, message int, data string) (Answer, error) {
	p, err := t.Tap(user, chat, message, data)
	if err != nil {
		return Answer{}, err
	}
	return p.Answer(ctx)
}

// Tapped is a press whose answer may still come.
type Tapped struct {
	t *StandIn
	q *callback
}

// Tap is Press without waiting, for people who press again and again.
func (t *StandIn) Tap(user, chat int64, message int, data string) (Tapped, error) {
	q, err := t.press(user, chat, message, data)
	return Tapped{t: t, q: q}, err
}

// Answer waits for the bot's answer or the end of ctx. There is one, and the first to ask gets it.
func (p Tapped) Answer(ctx context.Context) (Answer, error) {
	select {
	case answer := <-p.q.done:
		return answer, nil
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	case <-p.t.ctx.Done():
		return Answer{}, errors.New("the stand-in is closed")
	}
}

func (t *StandIn) press(user, chat int64, message int, data string) (*callback, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return nil, err
	}
	u, m := t.users[user], c.find(message)
	switch {
	case u == nil:
		return nil, fmt.Errorf("no user %d", user)
	case m == nil || !m.Keyboard.has(data):
		return nil, fmt.Errorf("no button %q below message %d in chat %d", data, message, chat)
	}
	return t.ask(c, u, m, data), nil
}

// ask sends the bot a callback query. t.mu must be held.
func (t *StandIn) ask(c *chat, u *User, m *Message, data string) *callback {
	for id, q := range t.callbacks {
		if t.expired(q) {
			delete(t.callbacks, id)
		}
	}
	id := strconv.FormatInt(firstCallbackID+t.ids.callbacks, 10)
	t.ids.callbacks++
	q := &callback{asked: t.cfg.Now(), chat: c.ID, done: make(chan Answer, 1)}
	t.callbacks[id] = q
	t.send(onCallback, map[string]any{
		"id": id, "from": u, "message": m, "chat_instance": strconv.FormatInt(-c.ID*7, 10), "data": data,
	})
	return q
}

func (k *Keyboard) has(data string) bool {
	if k == nil || data == "" {
		return false
	}
	for _, row := range k.Rows {
		for _, b := range row {
			if b.Data == data {
				return true
			}
		}
	}
	return false
}

func (t *StandIn) answerCallbackQuery(c call) (any, error) {
	if utf8.RuneCountInString(c.text("text")) > maxAnswer {
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	id := c.text("callback_query_id")
	q := t.callbacks[id]
	if q == nil || t.expired(q) {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	delete(t.callbacks, id)
	answer := Answer{Text: c.text("text"), Alert: c.truth("show_alert"), URL: c.text("url")}
	q.done <- answer
	t.watchers.Notify(Event{Kind: Answered, Chat: q.chat, Answer: answer})
	return true, nil
}
