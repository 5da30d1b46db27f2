package console

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"tidings/bot"
)

// chatsView is what the page Chats shows.
type chatsView struct {
	Text      string // the ID of a chat, or words in its name
	Platform  string
	Suspended bool
	Platforms []string
	Rows      []chatRow
	First     string
	Next      string
}

// chatRow is a chat in a list.
type chatRow struct {
	bot.KnownTarget
	Mood string
}

// Path is the address of a chat's page.
func (r chatRow) Path() string { return "/chats/" + strconv.FormatInt(r.ID, 10) }

// Title is what the chat is called, or else its address.
func (r chatRow) Title() string { return cmp.Or(r.Name, r.Target.String()) }

// showChats is the page Chats.
func (c *Console) showChats(x *exchange) (any, error) {
	v := chatsView{
		Text: strings.TrimSpace(x.FormValue("q")), Platform: x.FormValue("platform"), Suspended: x.FormValue("state") == "suspended", Platforms: c.cfg.Platforms,
	}
	after, _ := strconv.ParseInt(x.FormValue("after"), 10, 64) // anything but a number is the first page
	q := bot.TargetQuery{After: after, Limit: pageSize + 1, Platform: v.Platform, Suspended: v.Suspended}
	if v.Text != "" {
		q.Platform, q.Chat = c.chatNamed(v.Text, v.Platform)
		q.Name = v.Text
	}
	list, err := c.cfg.Store.Targets(x.Context(), q)
	if err != nil {
		return nil, err
	}
	for _, k := range list[:min(len(list), pageSize)] {
		v.Rows = append(v.Rows, newChatRow(k))
	}
	last := ""
	if len(list) > pageSize {
		last = strconv.FormatInt(list[pageSize-1].ID, 10)
	}
	v.First, v.Next = turnPages(x.URL, "after", last)
	return v, nil
}

// chatNamed reads a chat as pages write it, platform:chat/thread, or just its ID.
func (c *Console) chatNamed(text, platform string) (of, chat string) {
	if before, after, ok := strings.Cut(text, ":"); ok && slices.Contains(c.cfg.Platforms, before) {
		platform, text = before, after
	}
	chat, _, _ = strings.Cut(text, "/")
	return platform, chat
}

func newChatRow(k bot.KnownTarget) chatRow {
	r := chatRow{KnownTarget: k, Mood: "good"}
	switch {
	case k.Suspended != "":
		r.Mood = "bad"
	case k.OnHold > 0 || k.Rejected > 0:
		r.Mood = "waits"
	}
	return r
}

// chatView is what the page of one chat shows.
type chatView struct {
	chatRow

	Subscriptions []bot.Subscription
	Settings      bot.Text // as /settings says them; empty if there is no such command
	Deliveries    []bot.DeliveryRecord
}

// recentDeliveries is how many deliveries the page of a chat lists.
const recentDeliveries = 20

// showChat is the page of one chat.
func (c *Console) showChat(x *exchange) (any, error) {
	k, err := c.chat(x.Context(), x.PathValue("id"))
	if err != nil {
		return nil, err
	}
	v := chatView{chatRow: newChatRow(k)}
	if v.Subscriptions, err = c.cfg.Store.SubscriptionsOf(x.Context(), k.Target); err != nil {
		return nil, err
	}
	if v.Deliveries, err = c.cfg.Store.Deliveries(x.Context(), bot.DeliveryQuery{Target: k.Target, Limit: recentDeliveries}); err != nil {
		return nil, err
	}
	v.Settings = c.settingsOf(x.Context(), x.visitor, k.Target)
	return v, nil
}

// chat returns the chat with a number.
func (c *Console) chat(ctx context.Context, number string) (bot.KnownTarget, error) {
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return bot.KnownTarget{}, bot.ErrNotFound
	}
	list, err := c.cfg.Store.Targets(ctx, bot.TargetQuery{After: id - 1, Limit: 1})
	if err == nil && (len(list) == 0 || list[0].ID != id) {
		err = bot.ErrNotFound
	}
	if err != nil {
		return bot.KnownTarget{}, err
	}
	return list[0], nil
}

// settingsOf returns what the command of that name says in a chat.
func (c *Console) settingsOf(ctx context.Context, v visitor, at bot.Target) bot.Text {
	h := c.cfg.Bot.Handler()
	if !slices.ContainsFunc(h.Commands(), func(c bot.Command) bool { return c.Named("settings") }) {
		return nil
	}
	inv := onBehalf(v, command("settings", at, nil))
	return h.Invoke(ctx, inv).Text
}
