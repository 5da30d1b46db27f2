package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/store"
)

// deliveriesCmd is tidings deliveries.
type deliveriesCmd struct {
	Chat    string `help:"Only those to a chat, such as telegram:-100123." placeholder:"CHAT"`
	Article string `help:"Only those of an article." placeholder:"URL|ID"`
	Since   string `default:"7d" help:"Leave out what ended before a day (2026-01-05) or a length of time ago (7d, 12h; default ${default})." placeholder:"DAY|SPAN"`
	Sent    bool   `help:"Those that were sent."`
	Waiting bool   `help:"Those that wait."`
	Refused bool   `help:"Those that the platform refused for good."`
	Count   count  `short:"n" default:"50" help:"Number of deliveries (default ${default})." placeholder:"COUNT"`
	JSON    bool   `help:"Print one JSON object per line."`
}

// Run prints deliveries, the newest first.
func (c *deliveriesCmd) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(s *settings, db *store.Store) error {
		now := time.Now().In(s.Timezone)
		q, err := c.query(ctx, db, now)
		if err != nil {
			return err
		}
		list, err := db.Deliveries(ctx, q)
		if err != nil {
			return err
		}
		if c.JSON {
			return printDeliveriesJSON(p, list)
		}
		if len(list) == 0 {
			fmt.Fprintln(p.stderr, "No such deliveries.")
		}
		return deliveryTable(list, now).write(p.stdout, p.screen(p.stdout))
	})
}

func (c *deliveriesCmd) query(ctx context.Context, db *store.Store, now time.Time) (bot.DeliveryQuery, error) {
	q := bot.DeliveryQuery{Sent: c.Sent, Waiting: c.Waiting, Refused: c.Refused, Limit: int(c.Count)}
	var err error
	if q.Since, err = since(c.Since, now); err != nil {
		return q, err
	}
	if c.Chat != "" {
		k, known, err := targetNamed(ctx, db, c.Chat)
		if err != nil {
			return q, err
		}
		if !known {
			return q, fmt.Errorf("the bot doesn't know the chat %s; tidings chats lists those it knows", c.Chat)
		}
		q.Target = k.Target
	}
	if c.Article != "" {
		a, err := findAnywhere(ctx, db, c.Article)
		if err != nil {
			return q, err
		}
		q.Article = a.ID
	}
	return q, nil
}

// findAnywhere finds an article by its ID or address, public or in one of the places that have sources of their own.
func findAnywhere(ctx context.Context, db *store.Store, ref string) (bot.Article, error) {
	sources, err := db.Sources(ctx)
	if err != nil {
		return bot.Article{}, err
	}
	tried := map[bot.Place]bool{}
	for _, p := range append([]bot.Source{{}}, sources...) {
		if tried[p.Place] {
			continue
		}
		tried[p.Place] = true
		a, err := db.Find(ctx, p.Place, ref)
		if !errors.Is(err, bot.ErrNotFound) {
			return a, err
		}
	}
	return bot.Article{}, fmt.Errorf("no article %q in the database; tidings latest --json lists IDs and addresses", ref)
}

// deliveryState returns where a delivery stands, in a word or two.
func deliveryState(r *bot.DeliveryRecord) cell {
	switch r.State {
	case bot.Sent:
		return cell{"sent", good}
	case bot.Rejected:
		return cell{"refused", bad}
	case bot.OnHold:
		return cell{"on hold", uneasy}
	case bot.Superseded, bot.Muted:
		return cell{string(r.State), faint}
	default:
		return cell{"waits", uneasy}
	}
}

// deliveryTable lists deliveries, a line each.
func deliveryTable(list []bot.DeliveryRecord, now time.Time) *table {
	t := &table{columns: []column{
		{head: "WHEN"}, {head: "STATE"}, {head: "CHAT"}, {head: "ARTICLE", right: true, extra: 1}, {head: "DETAIL", flexible: true},
	}}
	for i := range list {
		r := &list[i]
		t.add(cell{dayTime(r.At(), now), plain}, deliveryState(r), cell{r.Target.String(), plain}, cell{strconv.FormatInt(r.Article, 10), plain},
			cell{deliveryDetail(r, now), plain})
	}
	return t
}

// dayTime writes a moment in the zone of now, without the day if that is today's.
func dayTime(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format(time.TimeOnly)
	}
	return t.Format("02 Jan 15:04")
}

// deliveryDetail says what a line has room for: why it isn't there, and which article it is.
func deliveryDetail(r *bot.DeliveryRecord, now time.Time) string {
	var parts []string
	if r.State != bot.Sent && r.Reason != "" {
		parts = append(parts, r.Reason)
	}
	if r.Mute != "" {
		parts = append(parts, r.Mute)
	}
	if r.Settled.IsZero() {
		if r.Wait != "" {
			parts = append(parts, "for "+waitFor(r.Wait))
		}
		if r.Due.After(now) {
			parts = append(parts, "until "+dayTime(r.Due, now))
		}
		if r.Attempts > 0 {
			parts = append(parts, fmt.Sprintf("tried %d×", r.Attempts))
		}
	}
	title := r.Title
	if r.Action != bot.Post {
		title = string(r.Action) + ": " + title
	}
	return strings.Join(append(parts, title), " · ")
}

// waitFor says what a delivery waits for by its chat's choice.
func waitFor(w bot.Wait) string {
	switch w {
	case bot.ForDigest:
		return "the digest"
	case bot.ForQuietEnd:
		return "the end of quiet hours"
	case bot.ForLimit:
		return "room within the limit"
	case bot.ForPauseEnd:
		return "the end of the pause"
	default:
		return string(w)
	}
}

// deliveryJSON is a delivery as programs read it.
type deliveryJSON struct {
	ID       int64     `json:"id"`
	State    string    `json:"state"` // sent, pending, on_hold, rejected, superseded, muted
	Chat     string    `json:"chat"`
	Action   string    `json:"action"`
	Article  int64     `json:"article"`
	Title    string    `json:"title"`
	Source   string    `json:"source"`
	Enqueued time.Time `json:"enqueued"`
	Due      time.Time `json:"due,omitzero"`   // not before
	Wait     string    `json:"wait,omitempty"` // digest, quiet, limit or pause
	Mute     string    `json:"mute,omitempty"` // that left it out
	Settled  time.Time `json:"settled,omitzero"`
	Attempts int       `json:"attempts"`
	Reason   string    `json:"reason,omitempty"`
	Message  string    `json:"message,omitempty"` // its ID on the platform
}

func printDeliveriesJSON(p *program, list []bot.DeliveryRecord) error {
	e := json.NewEncoder(p.stdout)
	for i := range list {
		r := &list[i]
		if err := e.Encode(deliveryJSON{
			ID: r.ID, State: string(r.State), Chat: r.Target.String(), Action: string(r.Action), Article: r.Article, Title: r.Title, Source: r.Source,
			Enqueued: r.Enqueued, Due: r.Due, Wait: string(r.Wait), Mute: r.Mute, Settled: r.Settled, Attempts: r.Attempts, Reason: r.Reason, Message: r.Receipt.MessageID,
		}); err != nil {
			return err
		}
	}
	return nil
}
