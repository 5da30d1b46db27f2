package discord

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
)

var _ bot.Finder = (*Adapter)(nil)

const (
	// maxPage is how many messages Discord returns at most, and maxPages how often it is asked for older ones.
	maxPage  = 100
	maxPages = 5
	// findMargin is how much earlier than asked for a message may have been posted by Discord's clock.
	findMargin = time.Minute
	// snowflakeEpoch is when Discord's IDs begin, in milliseconds, and snowflakeShift how many bits of an ID come
	// after its time. discord.com/developers/docs/reference#snowflakes
	snowflakeEpoch = 1420070400000
	snowflakeShift = 22
)

// wireMessage is what is read of a message that was posted.
type wireMessage struct {
	ID      string   `json:"id"`
	Author  wireUser `json:"author"`
	Content string   `json:"content"`
	Embeds  []embed  `json:"embeds"`
}

// posted returns when a message was posted, by its ID.
func (m *wireMessage) posted() time.Time { return snowflakeTime(m.ID) }

// snowflakeTime returns when what has an ID came into being.
func snowflakeTime(snowflake string) time.Time {
	id, err := strconv.ParseInt(snowflake, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(id>>snowflakeShift + snowflakeEpoch)
}

// FindSent looks among the newest 500 messages of the target's channel; in a forum, among the messages of the post that the
// message belongs to, and among the bot's own posts. Discord returns no nonce, so a message is known by its author, its text, and the
// title and address of its card, or the title and text.
func (a *Adapter) FindSent(ctx context.Context, to bot.Target, forms []bot.Message, since time.Time) (bot.Receipt, bool, error) {
	receipt, found, err := a.find(ctx, to, forms, since.Add(-findMargin))
	if known, ok := errors.AsType[*bot.SendError](err); ok {
		return bot.Receipt{}, false, known
	}
	if err != nil {
		return bot.Receipt{}, false, a.inOutage(to, sendError(err))
	}
	return receipt, found, nil
}

func (a *Adapter) find(ctx context.Context, to bot.Target, forms []bot.Message, since time.Time) (bot.Receipt, bool, error) {
	self, err := a.userID(ctx)
	if err != nil {
		return bot.Receipt{}, false, err
	}
	c, known := a.channelOf(ctx, to)
	if !known {
		if c, err = a.ask(ctx, cmp.Or(to.Thread, to.Chat)); err != nil {
			return bot.Receipt{}, false, err
		}
	}
	if !c.isForum() {
		receipt, found, err := a.findMessage(ctx, to, forms, self, since)
		if found {
			a.publish(ctx, &c, receipt.MessageID)
		}
		return receipt, found, err
	}
	if into := forms[0].Into; into != "" {
		in := bot.Target{Platform: Platform, Space: to.Space, Chat: into}
		receipt, found, err := a.findMessage(ctx, in, forms, self, since)
		receipt.Chat = into
		if found || err != nil && !isClosedThread(err) {
			return receipt, found, err
		}
	}
	return a.findPost(ctx, to, forms, self, since)
}

func (a *Adapter) findMessage(ctx context.Context, to bot.Target, forms []bot.Message, self string, since time.Time) (bot.Receipt, bool, error) {
	path := messagesOf(to, bot.Receipt{}) + "?limit=" + strconv.Itoa(maxPage)
	before := ""
	for range maxPages {
		var list []wireMessage
		if err := a.rest.call(ctx, http.MethodGet, path+before, nil, &list); err != nil {
			return bot.Receipt{}, false, err
		}
		is := func(m wireMessage) bool {
			return m.Author.ID == self && a.showsOne(&m, forms) && !m.posted().Before(since)
		}
		if i := slices.IndexFunc(list, is); i >= 0 {
			return bot.Receipt{MessageID: list[i].ID}, true, nil
		}
		switch {
		case len(list) == 0 && before == "":
			return bot.Receipt{}, false, a.mayRead(ctx, cmp.Or(to.Thread, to.Chat))
		case len(list) < maxPage, list[len(list)-1].posted().Before(since): // newest first
			return bot.Receipt{}, false, nil
		}
		before = "&before=" + url.QueryEscape(list[len(list)-1].ID)
	}
	return bot.Receipt{}, false, unreadable("there are too many messages since to look through")
}

// unreadable says why no look can find what was posted.
func unreadable(reason string) error { return &bot.SendError{Kind: bot.Unsendable, Reason: reason} }

// mayRead fails if the bot may not read what was posted in a channel, as far as that is known. Discord answers
// with nothing where it may not.
func (a *Adapter) mayRead(ctx context.Context, channel string) error {
	var c wireChannel
	if err := a.rest.call(ctx, http.MethodGet, channelPath(channel), nil, &c); err != nil {
		return err
	}
	if rights, known := a.rightsIn(ctx, c); known && !rights.any(readHistory) {
		return unreadable("the bot may not read messages here")
	}
	return nil
}

// showsOne reports whether a message that was posted is one of some forms.
func (a *Adapter) showsOne(posted *wireMessage, forms []bot.Message) bool {
	return slices.ContainsFunc(forms, func(m bot.Message) bool { return a.shows(posted, &m) })
}

// shows reports whether a message that was posted reads like m, with its embeds or without, whomever either mentions: an alert
// may mention nobody at night.
func (a *Adapter) shows(posted *wireMessage, m *bot.Message) bool {
	body, content := a.update(*m), withoutMentions(posted.Content)
	if len(posted.Embeds) == 0 && len(body.Embeds) > 0 {
		return same(content, withoutMentions(a.plain(m)))
	}
	if !same(content, withoutMentions(*body.Content)) || len(posted.Embeds) != len(body.Embeds) {
		return false
	}
	for i := range posted.Embeds {
		if !posted.Embeds[i].shows(&body.Embeds[i]) {
			return false
		}
	}
	return true
}

// shows reports whether an embed that was posted reads like another. Of an article with an address the text may have changed
// since, as other reports of its story are named there.
func (e *embed) shows(want *embed) bool {
	if !same(e.Title, want.Title) || e.URL != want.URL && e.URL != "" {
		return false
	}
	return same(e.Description, want.Description) || e.URL != "" && e.Title != ""
}

// same compares texts as Discord stores them: without white space around them.
func same(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }
