package telegram

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// ephemeralLife is how long a bot that isn't an administrator may answer an ephemeral message or a press.
// core.telegram.org/bots/api#ephemeral-messages-and-commands
const ephemeralLife = 15 * time.Second

// errNotEphemeral is a refusal in words of the stand-in's own: the real server's are not known.
var errNotEphemeral = badRequest("EPHEMERAL_MESSAGE_INVALID")

// whispers are the ephemeral messages of a chat, in which only one person and the bot take part.
type whispers struct {
	list   []*Message
	lastID int
}

// find returns a message of the bot's or of a person's, or nil.
func (w *whispers) find(id int) *Message {
	for _, m := range w.list {
		if m.EphemeralID == id {
			return m
		}
	}
	return nil
}

// Ephemeral returns what a person sees of a chat's ephemeral messages, oldest first.
func (t *StandIn) Ephemeral(user, chat int64) []Message {
	t.mu.Lock()
	defer t.mu.Unlock()
	var list []Message
	if c := t.chats[chat]; c != nil {
		for _, m := range c.whispers.list {
			if m.From.ID == user || m.Receiver != nil && m.Receiver.ID == user {
				list = append(list, *m)
			}
		}
	}
	return list
}

// isEphemeral reports whether a person's client sends a text for the bot alone. t.mu must be held.
func (t *StandIn) isEphemeral(c *chat, user int64, text string) bool {
	if !t.cfg.Ephemeral || c.Type != Group && c.Type != Supergroup {
		return false
	}
	name, _, _ := strings.Cut(strings.Fields(text + " .")[0], "@")
	for _, command := range t.menu(user, c) {
		if command.IsEphemeral && "/"+command.Command == name {
			return true
		}
	}
	return false
}

// whisper adds an ephemeral message. t.mu must be held.
func (t *StandIn) whisper(c *chat, m *Message) {
	c.whispers.lastID++
	m.EphemeralID, m.Chat, m.Date = c.whispers.lastID, c.Chat, t.cfg.Now().Unix()
	m.InTopic = m.Thread != 0
	c.whispers.list = append(c.whispers.list, m)
	t.watchers.Notify(Event{Kind: Sent, Chat: c.ID, Message: *m})
}

// whisperParameters say that a message is ephemeral: as of Bot API 10.2, or in one object as of 10.3.
type whisperParameters struct {
	Receiver int64  `json:"receiver_user_id"`
	Query    string `json:"callback_query_id"`
}

func readWhisper(c call) (whisperParameters, error) {
	p := whisperParameters{Receiver: c.number("receiver_user_id"), Query: c.text("callback_query_id")}
	err := c.object("ephemeral_message_parameters", "ephemeral message parameters", &p)
	return p, err
}

// postEphemeral sends m to one person. t.mu must be held.
func (t *StandIn) postEphemeral(c call, chat *chat, m *Message, p whisperParameters) (any, error) {
	var reply struct {
		Ephemeral int `json:"ephemeral_message_id"`
	}
	if err := c.object("reply_parameters", "reply parameters", &reply); err != nil {
		return nil, err
	}
	m.From, m.Receiver = &t.bot, t.users[p.Receiver]
	if chat.Type != Group && chat.Type != Supergroup || m.Receiver == nil || !chat.status(p.Receiver).present() ||
		!chat.status(t.bot.ID).manages() && !t.mayWhisper(chat, p, reply.Ephemeral) {
		return nil, errNotEphemeral
	}
	t.whisper(chat, m)
	return *m, nil
}

// mayWhisper reports whether a person did something lately that the bot may answer.
func (t *StandIn) mayWhisper(chat *chat, p whisperParameters, replyTo int) bool {
	now := t.cfg.Now()
	if asked := chat.whispers.find(replyTo); asked != nil && asked.From.ID == p.Receiver {
		return now.Sub(time.Unix(asked.Date, 0)) <= ephemeralLife
	}
	q := t.callbacks[p.Query]
	return q != nil && q.chat == chat.ID && now.Sub(q.asked) <= ephemeralLife
}

func (t *StandIn) editEphemeralMessageText(c call) (any, error) {
	next := &Message{}
	if err := t.readText(c, next); err != nil {
		return nil, err
	}
	keyboard, err := t.readKeyboard(c)
	if err != nil {
		return nil, err
	}
	chat, err := t.chatOf(c, edit)
	if err != nil {
		return nil, err
	}
	m := chat.whispers.find(int(c.number("ephemeral_message_id")))
	if m == nil || m.Receiver == nil || m.Receiver.ID != c.number("receiver_user_id") {
		return nil, badRequest("message to edit not found")
	}
	changed := *m
	changed.Text, changed.Entities, changed.Keyboard = next.Text, next.Entities, keyboard
	if reflect.DeepEqual(&changed, m) {
		return nil, badRequest("message is not modified")
	}
	changed.EditDate = t.cfg.Now().Unix()
	*m = changed
	t.watchers.Notify(Event{Kind: Edited, Chat: chat.ID, Message: changed})
	return true, nil
}

// PressEphemeral is Press for an ephemeral message.
func (t *StandIn) PressEphemeral(ctx context.Context, user, chat int64, message int, data string) (Answer, error) {
	t.mu.Lock()
	c, err := t.known(chat)
	if err != nil {
		t.mu.Unlock()
		return Answer{}, err
	}
	m := c.whispers.find(message)
	if m == nil || m.Receiver == nil || m.Receiver.ID != user || !m.Keyboard.has(data) {
		t.mu.Unlock()
		return Answer{}, fmt.Errorf("no button %q below ephemeral message %d in chat %d", data, message, chat)
	}
	q := t.ask(c, m.Receiver, m, data)
	t.mu.Unlock()
	return Tapped{t: t, q: q}.Answer(ctx)
}
