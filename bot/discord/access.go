package discord

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"tidings/bot"
)

var _ bot.AccessChecker = (*Adapter)(nil)

// confirmWithin bounds what is asked after a refusal.
const confirmWithin = 5 * time.Second

// confirm double-checks a failure of Send that would suspend a target. During an outage of the server that Discord
// announced, the outage is to blame; and a channel unknown to Discord is requested before it counts as deleted.
func (a *Adapter) confirm(ctx context.Context, to bot.Target, e *bot.SendError) *bot.SendError {
	if e = a.inOutage(to, e); !hasCode(e, discordgo.ErrCodeUnknownChannel) || e.Kind != bot.TargetGone {
		return e
	}
	ctx, cancel := context.WithTimeout(ctx, confirmWithin)
	defer cancel()
	var guild struct{}
	err := a.rest.call(ctx, http.MethodGet, channelPath(cmp.Or(to.Thread, to.Chat)), nil, &guild)
	switch {
	case err == nil:
		return &bot.SendError{Reason: "Discord did not find the channel, and then did", Outage: true, Err: e.Err}
	case !hasCode(err, discordgo.ErrCodeUnknownChannel):
		return a.inOutage(to, sendError(err))
	}
	if to.Space != "" && a.rest.call(ctx, http.MethodGet, guildPath(to.Space), nil, &guild) == nil {
		return e // the server is there and the channel is not
	}
	if !a.lost.believe(to) {
		return &bot.SendError{Reason: "Discord knows several channels no longer", Outage: true, Err: e.Err}
	}
	return e
}

func guildPath(id string) string { return "/guilds/" + url.PathEscape(id) }

// inOutage returns e, or, if Discord announced an outage of the target's server, an error that says so.
func (a *Adapter) inOutage(to bot.Target, e *bot.SendError) *bot.SendError {
	if e.Kind != bot.Transient && e.Kind != bot.TargetGone || !a.guilds.isOut(to.Space) {
		return e
	}
	return &bot.SendError{Reason: "Discord has an outage of this server", Outage: true, Uncertain: e.Uncertain, Err: e.Err}
}

const (
	// maxLost is how many channels, of servers that are unknown too, may count as gone within lostWindow. More at
	// once mean an outage, or the address of another Discord.
	maxLost    = 2
	lostWindow = 10 * time.Minute
)

// lost counts channels that vanished without an event. Its methods may be called concurrently.
type lost struct {
	now func() time.Time

	mu   sync.Mutex // guards list
	list map[bot.Target]time.Time
}

// believe reports whether to accept that a channel is gone.
func (l *lost) believe(t bot.Target) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	for other, at := range l.list {
		if now.Sub(at) >= lostWindow || at.After(now) {
			delete(l.list, other)
		}
	}
	if _, known := l.list[t]; !known && len(l.list) >= maxLost {
		return false
	}
	if l.list == nil {
		l.list = map[bot.Target]time.Time{}
	}
	l.list[t] = now
	return true
}

// CanSend requests the channel and works out the bot's rights there, as far as Discord discloses them.
func (a *Adapter) CanSend(ctx context.Context, to bot.Target) (ok bool, reason string, err error) {
	if a.guilds.isOut(to.Space) {
		return false, "", &bot.SendError{Reason: "Discord has an outage of this server", Outage: true}
	}
	if a.rest.limits.doubtful() {
		return false, "", &bot.SendError{
			Kind: bot.RateLimited, After: invalidWindow / invalidSlots, Local: true, Reason: "Discord refused too many requests",
		}
	}
	var c wireChannel
	if err := a.rest.call(ctx, http.MethodGet, channelPath(cmp.Or(to.Thread, to.Chat)), nil, &c); err != nil {
		e := sendError(err)
		if e.Kind == bot.TargetGone {
			return false, e.Reason, nil
		}
		return false, "", e
	}
	rights, known := a.rightsIn(ctx, c)
	switch {
	case c.Thread.Locked && known && rights.any(manageThreads):
	case c.Thread.Locked && c.Thread.Archived:
		return false, "the thread is archived and locked", nil
	case c.Thread.Locked:
		return false, "the thread is locked", nil
	}
	if missing := rights.toPost(&c); known && len(missing) > 0 {
		return false, "the bot lacks the right to " + strings.Join(missing, " and "), nil
	}
	return true, "", nil
}

// rightsIn works out the bot's rights in a server's channel, if Discord discloses what they depend on.
func (a *Adapter) rightsIn(ctx context.Context, c wireChannel) (rights permissions, known bool) {
	if c.GuildID == "" {
		return 0, false
	}
	self, err := a.userID(ctx)
	if err != nil {
		return 0, false
	}
	var g guildRights
	var m wireMember
	of := c
	if c.isThread() { // which has the rights of its channel
		err = a.rest.call(ctx, http.MethodGet, channelPath(c.Parent), nil, &of)
	}
	if err == nil {
		err = a.rest.call(ctx, http.MethodGet, guildPath(c.GuildID), nil, &g)
	}
	if err == nil {
		err = a.rest.call(ctx, http.MethodGet, guildPath(c.GuildID)+"/members/"+self, nil, &m)
	}
	return g.in(of.Overwrites, self, m.Roles), err == nil
}
