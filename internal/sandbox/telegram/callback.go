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
	// Alert tells a window that must be closed from a line that fades.
	Alert bool
	URL   string
}

// callback is a press that waits for its answer.
type callback struct {
	asked time.Time
	chat  int64
	done  chan Answer // holds one
}

// expired tells whether a callback query can no longer be answered.
func (q *callback) expired(now time.Time) bool { return now.Sub(q.asked) > callbackLife }

// Press presses the button with this data below a message, and waits for the bot's answer or the end of ctx.
func (t *StandIn) Press(ctx context.Context, user, chat int64, message int, data string) (Answer, error) {
	q, err := t.press(user, chat, message, data)
	if err != nil {
		return Answer{}, err
	}
	select {
	case answer := <-q.done:
		return answer, nil
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	case <-t.ctx.Done():
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
	now := t.cfg.Now()
	for id, q := range t.callbacks {
		if q.expired(now) {
			delete(t.callbacks, id)
		}
	}
	id := strconv.FormatInt(firstCallbackID+t.ids.callbacks, 10)
	t.ids.callbacks++
	q := &callback{asked: now, chat: chat, done: make(chan Answer, 1)}
	t.callbacks[id] = q
	t.send(onCallback, map[string]any{
		"id": id, "from": u, "message": m, "chat_instance": strconv.FormatInt(-chat*7, 10), "data": data,
	})
	return q, nil
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
	if q == nil || q.expired(t.cfg.Now()) {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	delete(t.callbacks, id)
	answer := Answer{Text: c.text("text"), Alert: c.truth("show_alert"), URL: c.text("url")}
	q.done <- answer
	t.notify(Event{Kind: Answered, Chat: q.chat, Answer: answer})
	return true, nil
}
