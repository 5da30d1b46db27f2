package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"tidings/bot"
)

const (
	// wordsAgain is how long after an answer in words the same person gets another one, in private and in a server.
	wordsAgain       = 2 * time.Second
	wordsAgainPublic = time.Minute
	// maxWords is how many people are remembered for that.
	maxWords = 1000
)

// wireWords is a message in words: a direct one, or one that may mention the bot. Discord hands over the content of no
// other without a privileged intent.
type wireWords struct {
	ID      string   `json:"id"`
	Channel string   `json:"channel_id"`
	GuildID string   `json:"guild_id"`
	Content string   `json:"content"`
	Webhook string   `json:"webhook_id"`
	Author  wireUser `json:"author"`
}

// readWords reads a message that somebody wrote to the bot, and reports false for any other. In servers that is told by a
// mention in the text: a reply to an alert mentions its author without a word. Most messages aren't even decoded.
func readWords(raw json.RawMessage, self string) (w wireWords, ok bool) {
	named := bytes.Contains(raw, []byte("@"+self)) || bytes.Contains(raw, []byte("@!"+self))
	if self == "" || !named && bytes.Contains(raw, []byte(`"guild_id":"`)) {
		return w, false
	}
	if json.Unmarshal(raw, &w) != nil || w.Author.Bot || w.Webhook != "" || w.Author.ID == self || strings.TrimSpace(w.Content) == "" {
		return w, false
	}
	return w, w.GuildID == "" || strings.Contains(w.Content, "<@"+self+">") || strings.Contains(w.Content, "<@!"+self+">")
}

// talk remembers who got an answer in words lately. Its methods may be called concurrently.
type talk struct {
	mu   sync.Mutex // guards last
	last map[string]time.Time
}

// turn reports whether somebody may have another answer now.
func (t *talk) turn(w *wireWords, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	key, wait := w.Author.ID, wordsAgain
	if w.GuildID != "" {
		key, wait = w.GuildID+"/"+w.Author.ID, wordsAgainPublic
	}
	if now.Sub(t.last[key]) < wait {
		return false
	}
	if t.last == nil || len(t.last) >= maxWords {
		t.last = map[string]time.Time{}
	}
	t.last[key] = now
	return true
}

// queueWords queues a message in words for its answer.
func (r *run) queueWords(raw json.RawMessage) {
	self := r.self.Load()
	if self == nil {
		return
	}
	if w, ok := readWords(raw, *self); ok && r.talk.turn(&w, time.Now()) {
		offer(r, r.words, &w)
	}
}

// serveWords answers messages in words, one after the other, until ctx ends.
func (r *run) serveWords(ctx context.Context) error {
	for {
		select {
		case w := <-r.words:
			r.answerWords(ctx, w)
		case <-ctx.Done():
			return nil
		}
	}
}

// answerWords answers a message in words: what looks like a command as one in private, anything else with what there is to
// type. Of several processes, one does.
func (r *run) answerWords(ctx context.Context, w *wireWords) {
	defer r.survive("words")
	ctx, cancel := context.WithTimeout(ctx, r.timings.answerWithin)
	defer cancel()
	it := &interaction{ID: w.ID}
	if !r.claim(ctx, it) {
		return
	}
	defer r.answered(ctx, it)
	inv := w.invocation()
	m := r.invoke(ctx, inv)
	if m.Form != nil {
		m = bot.Message{Text: bot.Translate(r.handler, m, bot.Say("To be asked for more, pick the command from the list: type / and its name."))}
	}
	m.Key = bot.KeyOf("words/" + w.ID)
	if !inv.Direct {
		m.ReplyTo = w.ID
	}
	if err := r.sayInTurn(ctx, inv.Target, m); err != nil && ctx.Err() == nil {
		r.log.InfoContext(ctx, "message in words not answered", "channel", w.Channel, "err", err)
	}
}

// sayInTurn sends a message that nothing else paces.
func (r *run) sayInTurn(ctx context.Context, to bot.Target, m bot.Message) error {
	if r.rest.pacer == nil {
		_, err := r.Send(ctx, to, m)
		return err
	}
	answered, err := r.rest.pacer.Reply(ctx, to)
	if err != nil {
		return err
	}
	_, err = r.Send(ctx, to, m)
	answered(err)
	return err
}

// invocation returns what is asked for.
func (w *wireWords) invocation() bot.Invocation {
	inv := bot.Invocation{
		Target: bot.Target{Platform: Platform, Space: w.GuildID, Chat: w.Channel}, User: w.Author.user(""),
		Direct: w.GuildID == "", Private: w.GuildID == "", Command: "start",
	}
	if !inv.Direct {
		return inv
	}
	inv.Manager = func(context.Context) (bool, error) { return true, nil }
	inv.Command, inv.Line = bot.CommandInWords(w.Content)
	return inv
}
