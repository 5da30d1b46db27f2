package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/bwmarrin/discordgo"

	"tidings/bot"
	"tidings/internal/retry"
)

var (
	_ bot.Keyed  = (*Adapter)(nil)
	_ bot.Editor = (*Adapter)(nil)
)

// nonceLife is how long Discord surely knows a nonce again. It says "the past few minutes".
// discord.com/developers/docs/resources/message#create-message
const nonceLife = 2 * time.Minute

// KeyLifetime returns two minutes, but for forums, where Discord knows no nonce.
func (a *Adapter) KeyLifetime(ctx context.Context, to bot.Target) time.Duration {
	c, known := a.channelOf(ctx, to)
	if !known {
		var err error
		if c, err = a.ask(ctx, cmp.Or(to.Thread, to.Chat)); err != nil {
			return 0
		}
	}
	if c.isForum() {
		return 0
	}
	return nonceLife
}

// Send posts m: in a forum as a post of its own. A message with a Key is posted once by Discord, however often it is sent
// within a few minutes, but for posts of forums. A picture, an address or a reference that Discord refuses is left out, and
// where the bot may not post embeds, a card goes out as text. What is posted in an announcement channel is published
// afterwards, as far as Discord allows.
func (a *Adapter) Send(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	receipt, err := a.send(ctx, to, m)
	if err == nil {
		return receipt, nil
	}
	if known, ok := errors.AsType[*bot.SendError](err); ok {
		return bot.Receipt{}, known
	}
	if ctx.Err() != nil {
		return bot.Receipt{}, cutOff(ctx, err)
	}
	return bot.Receipt{}, a.confirm(ctx, to, sendError(err))
}

// send posts m in the way of its channel.
func (a *Adapter) send(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	c, known := a.channelOf(ctx, to)
	if c.isForum() {
		return a.sendToForum(ctx, to, m)
	}
	receipt, err := a.postMessage(ctx, to, m)
	if !known && hasCode(err, discordgo.ErrCodeCannotSendMessagesInVoiceChannel) {
		if c, err := a.ask(ctx, cmp.Or(to.Thread, to.Chat)); err == nil && c.isForum() {
			return a.sendToForum(ctx, to, m)
		}
	}
	if err == nil {
		a.publish(ctx, &c, receipt.MessageID)
	}
	return receipt, err
}

// postMessage posts m as a message. A thread that is archived opens for it unless it is locked.
func (a *Adapter) postMessage(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	body := a.create(m)
	body.Nonce, body.EnforceNonce = m.Key, m.Key != ""
	if m.Silent {
		body.Flags |= flagSilent
	}
	if m.ReplyTo != "" {
		body.Reference = &reference{MessageID: m.ReplyTo}
	}
	id, err := a.submit(ctx, http.MethodPost, messagesOf(to, bot.Receipt{}), body, &m)
	return bot.Receipt{MessageID: id}, err
}

// Edit replaces a message of the bot with m. What m does not have is removed. Keys and ReplyTo
// have no effect. A thread that is archived is opened for it, and a post gets the name that m has now.
func (a *Adapter) Edit(ctx context.Context, to bot.Target, r bot.Receipt, m bot.Message) error {
	path, thread := messagesOf(to, r)+"/"+url.PathEscape(r.MessageID), cmp.Or(r.Chat, to.Thread, to.Chat)
	_, err := a.submit(ctx, http.MethodPatch, path, a.update(m), &m)
	if hasCode(err, discordgo.ErrCodePerformedOperationOnArchivedThread) && a.open(ctx, thread) == nil {
		_, err = a.submit(ctx, http.MethodPatch, path, a.update(m), &m)
	}
	switch {
	case err == nil:
		if isPost(to, r) {
			a.retitle(ctx, thread, &m)
		}
		return nil
	case ctx.Err() != nil:
		return cutOff(ctx, err)
	case r.Chat != "" && r.Chat != to.Chat && isClosedThread(err): // the forum isn't
		return &bot.SendError{Kind: bot.Unsendable, Reason: "the post is closed", Err: err}
	}
	return a.inOutage(to, editError(err))
}

// isPost reports whether a message is the one with which a post of a forum begins.
func isPost(to bot.Target, r bot.Receipt) bool {
	return r.Chat != "" && r.Chat == r.MessageID && r.Chat != to.Chat
}

// cutOff says of a request that ctx ended what the deliverer has to know: whether Discord may have done it.
func cutOff(ctx context.Context, err error) *bot.SendError {
	_, uncertain := errors.AsType[*unansweredError](err)
	return &bot.SendError{Reason: "Discord did not answer in time", Uncertain: uncertain, Err: ctx.Err()}
}

// messagesOf returns the path of the messages of a target, or of where a receipt says that one of them is.
func messagesOf(to bot.Target, r bot.Receipt) string {
	return channelPath(cmp.Or(r.Chat, to.Thread, to.Chat)) + "/messages"
}

func channelPath(id string) string { return "/channels/" + url.PathEscape(id) }

// submit gives body, which renders m, to Discord, and again if what is refused can be left out.
func (a *Adapter) submit(ctx context.Context, method, path string, body *messageBody, m *bot.Message) (id string, err error) {
	channel := routeOf(method, path).major
	if len(body.Embeds) > 0 && a.textOnly.has(channel) {
		body.useText(a.plain(m))
	}
	id, err = a.put(ctx, method, path, body)
	if limit, ok := errors.AsType[*limitError](err); ok && limit.Early && limit.After <= maxSlip {
		if err := retry.Sleep(ctx, limit.After); err != nil {
			return "", err
		}
		id, err = a.put(ctx, method, path, body)
	}
	if refused, ok := errors.AsType[*apiError](err); ok && body.dropRefused(refused) {
		id, err = a.put(ctx, method, path, body)
	}
	if hasCode(err, discordgo.ErrCodeMissingPermissions) && len(body.Embeds) > 0 {
		body.useText(a.plain(m))
		if id, err = a.put(ctx, method, path, body); err == nil && a.textOnly.add(channel) {
			a.log.WarnContext(ctx, "alerts go out as text where the bot may not embed links", "channel", channel)
		}
	}
	return id, err
}

// maxSlip is how far Discord's window of messages may end behind the caller's, which began a trip over
// the network earlier.
const maxSlip = 500 * time.Millisecond

// put returns the id of the message. It is posted whatever Discord answers to say so: trying again
// might show it twice. A proxy's page doesn't count.
func (a *Adapter) put(ctx context.Context, method, path string, body *messageBody) (string, error) {
	ctx, arrived := tracing(ctx)
	answer, err := a.rest.exchange(ctx, method, path, body.request())
	var posted struct {
		ID string `json:"id"`
	}
	if err != nil {
		return "", arrived(err)
	}
	if len(answer) > 0 && !json.Valid(answer) {
		return "", errors.New("the answer is not Discord's")
	}
	_ = json.Unmarshal(answer, &posted) // without an id it is posted too
	return posted.ID, nil
}
