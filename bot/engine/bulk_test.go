package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
)

// bulk returns undated articles of which nothing shows whether they are news.
func bulk(from, n int) (list []bot.Article) {
	for i := range n {
		title := fmt.Sprintf("Item %d", from+i)
		list = append(list, bot.Article{Source: "wire", GUID: title, Title: title, URL: fmt.Sprintf("https://wire.example/%d", from+i)})
	}
	return list
}

func TestBulkUpdate_GoesOutAsAListWithoutADecision(t *testing.T) {
	for operators, after := range map[string]time.Duration{"": 24 * time.Hour, "paper:op": 72 * time.Hour} {
		t.Run("operators "+operators, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.subscribe(room(), "")
				cfg := w.config()
				if operators != "" {
					cfg.Operators = []string{operators}
				}
				if err := w.store.AddSource(w.Context(), bot.Source{
					Name: "wire", Kind: bot.FeedSource, URL: "https://wire.example/feed", Fetch: bot.FetchState{LastSuccess: time.Now()},
				}); err != nil {
					w.Fatal(err)
				}
				w.start(cfg)
				if r, err := w.store.PutFeed(w.Context(), "wire", bulk(1, 25)); err != nil || r.OnHold != 25 {
					w.Fatalf("put %+v, %v, want 25 on hold", r, err)
				}
				if sent := w.after(after - time.Hour); len(sent) != 0 {
					w.Errorf("%v went out before anybody had time to decide", sent)
				}
				w.after(2 * time.Hour)
				entries := 0
				for _, s := range w.lists() {
					if first, rest, _ := strings.Cut(s.Message.Text.String(), "\n"); first == "Bulk update from wire:" {
						entries += strings.Count(rest, "Item ")
					}
				}
				if entries != 25 {
					w.Errorf("%d entries in lists that are marked as a bulk update, want 25", entries)
				}
			})
		})
	}
}

// lists returns what was sent as text.
func (w *world) lists() (list []bottest.Sent) {
	for _, s := range w.paper.Sent() {
		if s.Message.Card == nil {
			list = append(list, s)
		}
	}
	return list
}
