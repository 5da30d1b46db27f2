package discord

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"tidings/bot"
)

// Limits of a forum's posts. discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel
const (
	maxPostName = 100
	maxPostTags = 5
)

// post is a post of a forum: a thread with the message that it begins with, whose ID it has.
type post struct {
	Name    string       `json:"name"`
	Tags    []string     `json:"applied_tags,omitempty"`
	Message *messageBody `json:"message"`
}

// request returns what is sent to Discord.
func (b *messageBody) request() any {
	if b.post != nil {
		return b.post
	}
	return b
}

// sendToForum makes a post, or adds to the one that m belongs to. What answers an alert in a post that is closed, and is no
// alert itself, is Unsendable: elsewhere nobody would know what it is about.
func (a *Adapter) sendToForum(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	if m.Into == "" {
		return a.startPost(ctx, to, m)
	}
	receipt, err := a.postMessage(ctx, bot.Target{Platform: Platform, Space: to.Space, Chat: m.Into}, m)
	receipt.Chat = m.Into
	switch {
	case !isClosedThread(err):
		return receipt, err
	case m.ReplyTo != "" && m.Name == "": // with a headline, it stands by itself
		return bot.Receipt{}, &bot.SendError{Kind: bot.Unsendable, Reason: "the post is closed", Err: err}
	}
	return a.startPost(ctx, to, m)
}

// isClosedThread reports whether Discord refused something because a thread is gone, or locked against the bot.
func isClosedThread(err error) bool {
	return hasCode(err, discordgo.ErrCodeUnknownChannel, discordgo.ErrCodePerformedOperationOnArchivedThread, discordgo.ErrCodeThreadIsLocked)
}

// startPost makes a post with m in a forum. If the forum's tags aren't what they were, it asks for them and tries again.
func (a *Adapter) startPost(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	forum, err := a.forumOf(ctx, to)
	if err != nil {
		return bot.Receipt{}, err
	}
	if !forum.isForum() { // any more: elsewhere the same request would begin a private thread
		return a.postMessage(ctx, to, m)
	}
	tags := a.tagsFor(ctx, &forum, m.Tags)
	receipt, err := a.tryPost(ctx, to, &m, tags)
	if !refusesTags(err, tags) {
		return receipt, err
	}
	now, asked := a.ask(ctx, forum.ID)
	if asked != nil {
		return receipt, err
	}
	if again := a.tagsFor(ctx, &now, m.Tags); !slices.Equal(again, tags) {
		return a.tryPost(ctx, to, &m, again)
	}
	return receipt, err
}

func (a *Adapter) tryPost(ctx context.Context, to bot.Target, m *bot.Message, tags []string) (bot.Receipt, error) {
	body := a.create(*m)
	body.post = &post{Name: postName(m), Tags: tags, Message: body}
	if m.Silent {
		body.Flags |= flagSilent
	}
	id, err := a.submit(ctx, http.MethodPost, channelPath(to.Chat)+"/threads", body, m)
	return bot.Receipt{MessageID: id, Chat: id}, err
}

// refusesTags reports whether Discord refused a post for its tags, or for want of one.
func refusesTags(err error, tags []string) bool {
	if hasCode(err, codeTagRequired, codeNoTagForAnyone, codeUnknownTag) {
		return true
	}
	if len(tags) > 0 && hasCode(err, discordgo.ErrCodeMissingPermissions) {
		return true
	}
	e := asAPIError(err)
	return e != nil && slices.ContainsFunc(e.Fields, func(f fieldError) bool { return strings.HasPrefix(f.Path, "applied_tags") })
}

// tagsFor returns the IDs of a forum's tags for a message that is about some things.
func (a *Adapter) tagsFor(ctx context.Context, forum *wireChannel, about []string) []string {
	moderates := false
	if slices.ContainsFunc(forum.Tags, func(t wireTag) bool { return t.Moderated }) {
		held, known := a.heldIn(ctx, forum)
		moderates = known && held.any(manageThreads)
	}
	usable := slices.DeleteFunc(slices.Clone(forum.Tags), func(t wireTag) bool { return t.Moderated && !moderates })
	return pickTags(usable, about, forum.Flags&flagTagRequired != 0)
}

// heldIn returns the bot's rights in a channel: as the gateway says, or else as Discord answers.
func (a *Adapter) heldIn(ctx context.Context, c *wireChannel) (permissions, bool) {
	if held, known := a.guilds.held(c); known {
		return held, true
	}
	return a.rightsIn(ctx, *c)
}

// pickTags returns those of a forum's tags that a message is about and, where one is required and none fits, the first
// that isn't for moderators, or else the first.
func pickTags(tags []wireTag, about []string, required bool) []string { //nolint:revive // required is a property of the forum
	var ids []string
	for _, t := range tags {
		is := func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), strings.TrimSpace(t.Name)) }
		if slices.ContainsFunc(about, is) && len(ids) < maxPostTags {
			ids = append(ids, t.ID)
		}
	}
	if len(ids) > 0 || !required || len(tags) == 0 {
		return ids
	}
	i := max(slices.IndexFunc(tags, func(t wireTag) bool { return !t.Moderated }), 0)
	return []string{tags[i].ID}
}

// postName returns what a post with m is called.
func postName(m *bot.Message) string {
	text := m.Text.String()
	switch {
	case m.Name != "":
		text = m.Name
	case m.Card != nil:
		text = m.Card.Title.String()
	}
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	line = strings.TrimRight(strings.TrimSpace(line), ":")
	if name := shorten(line, maxPostName); name != "" {
		return name
	}
	return "…"
}

// openWithin bounds the opening and the renaming of a thread.
const openWithin = 10 * time.Second

// threadChange is what a thread is to become.
type threadChange struct {
	Archived *bool  `json:"archived,omitempty"`
	Name     string `json:"name,omitempty"`
}

// open opens a thread that is archived, so that a message there can be edited. A new message opens it by itself.
func (a *Adapter) open(ctx context.Context, thread string) error {
	ctx, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	return a.rest.call(ctx, http.MethodPatch, channelPath(thread), threadChange{Archived: new(bool)}, nil)
}

// retitle gives a post the name that its message has now. Discord lets a thread have two new names in ten minutes; the rest
// waits for its time, and whatever comes after it.
func (a *Adapter) retitle(ctx context.Context, thread string, m *bot.Message) {
	asking, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	e, wait := errand{channel: thread, name: postName(m), begun: a.errands.now()}, true
	if !a.errands.has(thread) {
		e, wait = e.after(a.do(asking, &e), a.errands.now())
	}
	if wait {
		a.keepErrand(ctx, &e)
		a.errands.add(e)
	}
}

// rename gives a thread a name, unless it has that already.
func (a *Adapter) rename(ctx context.Context, thread, name string) error {
	var c wireChannel
	if err := a.rest.call(ctx, http.MethodGet, channelPath(thread), nil, &c); err != nil || !c.isThread() || same(c.Name, name) {
		return err
	}
	return a.rest.call(ctx, http.MethodPatch, channelPath(thread), threadChange{Name: name}, nil)
}
