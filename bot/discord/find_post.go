package discord

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"tidings/bot"
)

const (
	// maxArchived is how many archived posts are looked through, as many as Discord lists at a time.
	maxArchived = "100"
	// maxSuspects is how many posts of another name are opened to see whether they are about the same.
	maxSuspects = 5
)

// wireThreadList is what Discord answers with a list of threads.
type wireThreadList struct {
	Threads []wireChannel `json:"threads"`
	More    bool          `json:"has_more"`
}

// findPost looks for a post of the bot that was made since a moment and begins with one of the forms of a message: first among
// those that are open, then among those archived since. One whose headline has changed meanwhile is known by the article's address.
func (a *Adapter) findPost(ctx context.Context, to bot.Target, forms []bot.Message, self string, since time.Time) (bot.Receipt, bool, error) {
	names := make([]string, len(forms))
	for i := range forms {
		names[i] = postName(&forms[i])
	}
	for _, list := range []func(context.Context, bot.Target, time.Time) ([]wireChannel, error){a.openPosts, a.archivedPosts} {
		posts, err := list(ctx, to, since)
		if err != nil {
			return bot.Receipt{}, false, err
		}
		posts = slices.DeleteFunc(posts, func(c wireChannel) bool {
			return c.Parent != to.Chat || c.Owner != self || snowflakeTime(c.ID).Before(since)
		})
		slices.SortStableFunc(posts, func(x, y wireChannel) int { return nameRank(&x, names) - nameRank(&y, names) })
		for i := range posts {
			if nameRank(&posts[i], names) > 0 && i >= maxSuspects {
				break
			}
			if found, err := a.isPostOf(ctx, &posts[i], forms, names); err != nil || found {
				return bot.Receipt{MessageID: posts[i].ID, Chat: posts[i].ID}, found, err
			}
		}
	}
	return bot.Receipt{}, false, nil
}

// nameRank is 0 for a post of one of some names, and 1 for another one.
func nameRank(c *wireChannel, names []string) int {
	if slices.ContainsFunc(names, func(name string) bool { return same(c.Name, name) }) {
		return 0
	}
	return 1
}

func (a *Adapter) openPosts(ctx context.Context, to bot.Target, _ time.Time) ([]wireChannel, error) {
	var list wireThreadList
	err := a.rest.call(ctx, http.MethodGet, guildPath(to.Space)+"/threads/active", nil, &list)
	return list.Threads, err
}

// archivedPosts lists posts archived since a moment. If there are more than Discord lists, it fails.
func (a *Adapter) archivedPosts(ctx context.Context, to bot.Target, since time.Time) ([]wireChannel, error) {
	var list wireThreadList
	query := url.Values{"limit": {maxArchived}}
	err := a.rest.call(ctx, http.MethodGet, channelPath(to.Chat)+"/threads/archived/public?"+query.Encode(), nil, &list)
	if err != nil || !list.More || len(list.Threads) == 0 {
		return list.Threads, err
	}
	if last := &list.Threads[len(list.Threads)-1]; last.archivedAt().After(since) {
		return nil, unreadable("there are too many posts since to look through")
	}
	return list.Threads, nil
}

// archivedAt returns when a thread was archived.
func (c *wireChannel) archivedAt() time.Time {
	at, err := time.Parse(time.RFC3339, c.Thread.Changed)
	if err != nil {
		return time.Now() // too late for what it is compared with
	}
	return at
}

// isPostOf reports whether a post begins with one of the forms of a message, or is about the same article.
func (a *Adapter) isPostOf(ctx context.Context, c *wireChannel, forms []bot.Message, names []string) (bool, error) {
	var first wireMessage
	err := a.rest.call(ctx, http.MethodGet, channelPath(c.ID)+"/messages/"+url.PathEscape(c.ID), nil, &first)
	switch {
	case isRefused(err): // it was deleted, or the bot may not read it: the name has to do
		return nameRank(c, names) == 0, nil
	case err != nil:
		return false, err
	case a.showsOne(&first, forms):
		return true, nil
	}
	if len(first.Embeds) == 0 || first.Embeds[0].URL == "" {
		return false, nil
	}
	return slices.ContainsFunc(forms, func(m bot.Message) bool { return m.Card != nil && first.Embeds[0].URL == link(m.Card.URL) }), nil
}
