package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tidings/bot"
	"tidings/internal/store"
)

// subscriptionsCmd is tidings subscriptions.
type subscriptionsCmd struct {
	Chat string `help:"Only those of a chat, such as telegram:-100123." placeholder:"CHAT"`
	JSON bool   `help:"Print one JSON object per line."`
}

// Run prints the subscriptions, chat by chat.
func (c *subscriptionsCmd) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(s *settings, db *store.Store) error {
		subs, err := c.read(ctx, db)
		if err != nil {
			return err
		}
		if c.JSON {
			return printSubscriptionsJSON(p, subs)
		}
		if len(subs) == 0 {
			fmt.Fprintln(p.stderr, "There are no subscriptions yet. In a chat with the bot, type /subscribe.")
		}
		return subscriptionTable(subs, s.Timezone).write(p.stdout, p.screen(p.stdout))
	})
}

func (c *subscriptionsCmd) read(ctx context.Context, db *store.Store) ([]bot.Subscription, error) {
	if c.Chat != "" {
		k, _, err := targetNamed(ctx, db, c.Chat)
		if err != nil {
			return nil, err
		}
		return db.SubscriptionsOf(ctx, k.Target)
	}
	var all []bot.Subscription
	for after := int64(0); ; {
		page, err := db.Subscriptions(ctx, after, overviewPage)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < overviewPage {
			break
		}
		after = page[len(page)-1].ID
	}
	slices.SortStableFunc(all, func(a, b bot.Subscription) int {
		return cmp.Or(cmp.Compare(a.Target.String(), b.Target.String()), cmp.Compare(a.Number, b.Number))
	})
	return all, nil
}

// subscriptionTable lists subscriptions, a line each.
func subscriptionTable(subs []bot.Subscription, zone *time.Location) *table {
	t := &table{columns: []column{
		{head: "CHAT"}, {head: "NO", right: true}, {head: "SINCE", extra: 1}, {head: "BY", extra: 2}, {head: "FILTER", flexible: true},
	}}
	for i := range subs {
		s := &subs[i]
		filter := cell{s.Filter, plain}
		if s.Filter == "" {
			filter = cell{"(every article)", faint}
		}
		t.add(cell{s.Target.String(), plain}, cell{strconv.Itoa(s.Number), plain}, cell{s.Created.In(zone).Format(time.DateOnly), plain},
			cell{s.CreatedBy, faint}, filter)
	}
	return t
}

// subscriptionJSON is a subscription as programs read it.
type subscriptionJSON struct {
	ID        int64     `json:"id"`
	Chat      string    `json:"chat"`
	Number    int       `json:"number"` // as people in the chat call it
	Filter    string    `json:"filter"` // empty is every article
	Stories   string    `json:"stories,omitempty"`
	Created   time.Time `json:"created"`
	CreatedBy string    `json:"created_by,omitempty"`
}

func printSubscriptionsJSON(p *program, subs []bot.Subscription) error {
	e := json.NewEncoder(p.stdout)
	for i := range subs {
		s := &subs[i]
		if err := e.Encode(subscriptionJSON{
			ID: s.ID, Chat: s.Target.String(), Number: s.Number, Filter: s.Filter, Stories: string(s.Stories), Created: s.Created, CreatedBy: s.CreatedBy,
		}); err != nil {
			return err
		}
	}
	return nil
}
