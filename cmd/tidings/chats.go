package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/store"
)

// overviewPage is how many targets or subscriptions are read at a time.
const overviewPage = 500

// chatsCmd is tidings chats.
type chatsCmd struct {
	Suspended bool `help:"Only those that nothing is sent to."`
	JSON      bool `help:"Print one JSON object per line."`
}

// Run prints the chats that the bot knows, those that nothing is sent to first.
func (c *chatsCmd) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(_ *settings, db *store.Store) error {
		chats, err := allTargets(ctx, db, bot.TargetQuery{Suspended: c.Suspended})
		if err != nil {
			return err
		}
		slices.SortStableFunc(chats, func(a, b bot.KnownTarget) int {
			return cmp.Or(cmp.Compare(troubleOf(&a), troubleOf(&b)), cmp.Compare(a.Target.String(), b.Target.String()))
		})
		if c.JSON {
			return printChatsJSON(p, chats)
		}
		if len(chats) == 0 {
			text := "No chat has subscribed yet. In a chat with the bot, type /subscribe."
			if c.Suspended {
				text = "No chat is suspended."
			}
			fmt.Fprintln(p.stderr, text)
		}
		return chatTable(chats, time.Now()).write(p.stdout, p.screen(p.stdout))
	})
}

// allTargets reads all that a query is about, page by page.
func allTargets(ctx context.Context, db *store.Store, q bot.TargetQuery) (all []bot.KnownTarget, err error) {
	for q.Limit = overviewPage; ; {
		page, err := db.Targets(ctx, q)
		all = append(all, page...)
		if err != nil || len(page) < q.Limit {
			return all, err
		}
		q.After = page[len(page)-1].ID
	}
}

// targetNamed finds the known target that people write as platform:chat or platform:chat/thread. Of an unknown one it
// returns what they wrote.
func targetNamed(ctx context.Context, db *store.Store, text string) (t bot.KnownTarget, known bool, err error) {
	platform, rest, ok := strings.Cut(text, ":")
	chat, thread, _ := strings.Cut(rest, "/")
	if !ok || platform == "" || chat == "" {
		return t, false, &usageError{fmt.Sprintf("%q isn't a chat; write platform:CHAT or platform:CHAT/THREAD, as tidings chats lists them", text)}
	}
	all, err := allTargets(ctx, db, bot.TargetQuery{Platform: platform})
	if err != nil {
		return t, false, err
	}
	for _, k := range all {
		if k.Target.String() == text {
			return k, true, nil
		}
	}
	t.Target = bot.Target{Platform: platform, Chat: chat, Thread: thread}
	return t, false, nil
}

// troubleOf returns the group of a chat in the list: what nothing is sent to, what waits for a manager, the rest.
func troubleOf(k *bot.KnownTarget) int {
	switch {
	case k.Suspended != "":
		return 0
	case k.OnHold > 0:
		return 1
	default:
		return 2
	}
}

// chatState returns how a chat is doing in a word or two.
func chatState(k *bot.KnownTarget) cell {
	return []cell{{"suspended", bad}, {"on hold", uneasy}, {"ok", good}}[troubleOf(k)]
}

// chatTable lists chats, a line each.
func chatTable(chats []bot.KnownTarget, now time.Time) *table {
	t := &table{columns: []column{
		{head: "CHAT"},
		{head: "STATE"},
		{head: "SUBS", right: true, extra: 2},
		{head: "WAITING", right: true},
		{head: "REFUSED", right: true, extra: 1},
		{head: "LAST", right: true},
		{head: "DETAIL", flexible: true},
	}}
	for i := range chats {
		k := &chats[i]
		t.add(cell{k.Target.String(), plain}, chatState(k), number(k.Subscriptions), number(k.Waiting+k.OnHold), number(k.Rejected),
			cell{shortAge(now, k.LastSent), plain}, cell{chatDetail(k, now), faint})
	}
	return t
}

// number is a cell with a number; empty if that is 0.
func number(n int) cell {
	if n == 0 {
		return cell{}
	}
	return cell{strconv.Itoa(n), plain}
}

// chatDetail says what a line has room for.
func chatDetail(k *bot.KnownTarget, now time.Time) string {
	var parts []string
	if k.Suspended != "" {
		parts = append(parts, k.Suspended+", "+shortAge(now, k.SuspendedSince)+" ago")
	}
	if k.OnHold > 0 {
		parts = append(parts, fmt.Sprintf("%d on hold until a manager decides", k.OnHold))
	}
	if k.LastRejected != "" {
		parts = append(parts, "refused: "+k.LastRejected)
	}
	if k.Uncertain > 0 {
		parts = append(parts, fmt.Sprintf("%d may be there twice", k.Uncertain))
	}
	return strings.Join(parts, " · ")
}

// chatJSON is a chat as programs read it.
type chatJSON struct {
	Chat           string    `json:"chat"` // as --chat takes it
	Name           string    `json:"name,omitempty"`
	Platform       string    `json:"platform"`
	Place          string    `json:"place"` // the server, or the chat itself
	State          string    `json:"state"`
	Subscriptions  int       `json:"subscriptions"`
	Waiting        int       `json:"waiting"`
	OnHold         int       `json:"on_hold"`
	Rejected       int       `json:"rejected"`
	LastRejected   string    `json:"last_rejected,omitempty"`
	Uncertain      int       `json:"uncertain"`
	LastSent       time.Time `json:"last_sent,omitzero"`
	LastLag        float64   `json:"last_lag_seconds,omitempty"`
	Suspended      string    `json:"suspended,omitempty"` // why
	SuspendedSince time.Time `json:"suspended_since,omitzero"`
}

func printChatsJSON(p *program, chats []bot.KnownTarget) error {
	e := json.NewEncoder(p.stdout)
	for i := range chats {
		k := &chats[i]
		if err := e.Encode(chatJSON{
			Chat: k.Target.String(), Name: k.Name, Platform: k.Target.Platform, Place: string(k.Target.Place()), State: strings.ReplaceAll(chatState(k).text, " ", "_"),
			Subscriptions: k.Subscriptions, Waiting: k.Waiting, OnHold: k.OnHold, Rejected: k.Rejected, LastRejected: k.LastRejected,
			Uncertain: k.Uncertain, LastSent: k.LastSent, LastLag: k.LastLag.Seconds(), Suspended: k.Suspended, SuspendedSince: k.SuspendedSince,
		}); err != nil {
			return err
		}
	}
	return nil
}
