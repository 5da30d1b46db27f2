package store

import (
	"context"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/pgtest"
)

// TestEnqueue_IsDoneAgainWhereTheServerLostIt has a server crash before a fan-out is on its disk, and another one after a
// claim: what a claim rests on lasts as it does.
func TestEnqueue_IsDoneAgainWhereTheServerLostIt(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	server.Exec(t, `ALTER SYSTEM SET wal_writer_delay = '10s'`) // nothing is written by the way
	server.Exec(t, `SELECT pg_reload_conf()`)
	s := open(t, Config{URL: server.Schema(t)})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	sub, err := s.Subscribe(ctx, bot.Subscription{Target: bot.Target{Platform: "test", Chat: "chat"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(ctx, []bot.Article{story("1")}); err != nil {
		t.Fatal(err)
	}
	fanOut := func() {
		t.Helper()
		news, err := s.News(ctx, 10)
		if err != nil || len(news.Entries) != 1 {
			t.Fatalf("news %v, %v, want one", news.Entries, err)
		}
		n, err := s.Enqueue(ctx, news.Cursor, news.Entries[0].Seq, []bot.Match{{Article: news.Entries[0].Article.ID, Subscription: sub.ID}})
		if err != nil || n != 1 {
			t.Fatalf("%d deliveries, %v, want 1", n, err)
		}
	}
	crash := func() {
		t.Helper()
		server.Stop(t)
		server.Resume(t)
	}
	fanOut()
	crash()
	fanOut() // the cursor is where it was
	list, err := s.Claim(ctx, "test", 10, time.Hour)
	if err != nil || len(list) != 1 {
		t.Fatalf("claimed %v, %v, want one", list, err)
	}
	crash()
	if again, err := s.Claim(ctx, "test", 10, time.Hour); err != nil || len(again) != 0 {
		t.Errorf("claimed %v, %v, which was leased before the crash", again, err)
	}
	if err := s.Settle(ctx, &list[0], bot.Outcome{State: bot.Sent}); err != nil {
		t.Error(err)
	}
	crash()
	if history, err := s.Stats(ctx); err != nil || history.Backlog["test"] != 0 {
		t.Errorf("%v, %v: what was settled waits again", history.Backlog, err)
	}
	// A fan-out that claims in passing is on the disk before anybody gets what it claimed.
	if _, err := s.Put(ctx, []bot.Article{story("2")}); err != nil {
		t.Fatal(err)
	}
	waiting := &standingClaim{platform: "test", n: 10, lease: time.Hour, served: make(chan []bot.Delivery, 1)}
	s.standing.leave(waiting)
	fanOut()
	if list = <-waiting.served; len(list) != 1 {
		t.Fatalf("claimed %v in passing, want one", list)
	}
	crash()
	if again, err := s.Claim(ctx, "test", 10, time.Hour); err != nil || len(again) != 0 {
		t.Errorf("claimed %v, %v, which a fan-out had leased before the crash", again, err)
	}
	if err := s.Settle(ctx, &list[0], bot.Outcome{State: bot.Sent}); err != nil {
		t.Errorf("what a fan-out had claimed before the crash: %v", err)
	}
}
