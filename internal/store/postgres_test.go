package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
	"tidings/internal/pgtest"
)

func TestStore_OnPostgres(t *testing.T) {
	pgtest.Shared(t) // or there is none, and nothing to test
	pool := &storePool{owner: t}
	testStore(t, pool.lend)
	seen := &plans{}
	for _, s := range pool.all {
		seen.check(t, s.Store)
	}
	if len(seen.texts) < 50 {
		t.Errorf("the plans of %d statements were seen", len(seen.texts))
	}
}

func TestOpenPostgres_AtOnceMigratesOnce(t *testing.T) { openAtOnce(t, pgtest.URL(t)) }

func TestOpenPostgres_RefusesNewerSchema(t *testing.T) {
	address := pgtest.URL(t)
	s := open(t, Config{URL: address})
	know := schemaOf(t, s)
	_, err := writes(s).ExecContext(t.Context(),
		`INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, true)`, know+7)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), Config{URL: address})
	if se, ok := errors.AsType[*SchemaError](err); !ok || se.Have != know+7 {
		t.Errorf("opened a newer schema with %v, want a SchemaError", err)
	}
}

func TestOpenPostgres_SaysWhatIsWrong(t *testing.T) {
	server := pgtest.Shared(t)
	server.Exec(t, `CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0`)
	t.Cleanup(func() { server.Exec(t, `DROP DATABASE ascii`) })
	server.Exec(t, `CREATE ROLE guest LOGIN PASSWORD 'a secret of tests'; CREATE SCHEMA closed`)
	t.Cleanup(func() { server.Exec(t, `DROP SCHEMA closed; DROP ROLE guest`) })
	at := func(user, password, database, query string) string {
		u := url.URL{
			Scheme: "postgres", User: url.UserPassword(user, password), Host: server.Addr(), Path: "/" + database,
			RawQuery: query,
		}
		return u.String()
	}
	refused := url.URL{Scheme: "postgres", User: url.UserPassword("x", pgtest.Password), Host: "127.0.0.1:1", Path: "/x"}
	for _, test := range []struct{ name, url, want string }{
		{"wrong password", at(pgtest.User, "a secret of others", pgtest.Database, ""), "refuses this user or password"},
		{"no such user", at("nobody", pgtest.Password, pgtest.Database, ""), "refuses this user or password"},
		{"no such database", at(pgtest.User, pgtest.Password, "none", ""), "no database of this name"},
		{"no such schema", at(pgtest.User, pgtest.Password, pgtest.Database, "search_path=none"), "no schema for this user"},
		{"another encoding", at(pgtest.User, pgtest.Password, "ascii", ""), "SQL_ASCII"},
		{"no rights", at("guest", pgtest.Password, pgtest.Database, "search_path=closed"), "no schema for this user"},
		{"nobody there", refused.String(), "does not answer"},
		{"no such host", "postgres://x:secret@nowhere.invalid/x", "that DATABASE_URL names it: lookup nowhere.invalid"},
		{"no database named", "postgres://x:secret@127.0.0.1:1", "database x on 127.0.0.1"},
	} {
		s, err := Open(t.Context(), Config{URL: test.url})
		if err == nil {
			t.Errorf("%s: opened", test.name)
			_ = s.Close()
			continue
		}
		if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error %q, want one that says %q and no password", test.name, err, test.want)
		}
	}
}

func TestOpenPostgres_SaysThatTheServerIsFull(t *testing.T) {
	server := pgtest.Shared(t)
	server.Exec(t, `CREATE ROLE crowd LOGIN PASSWORD 'crowd' CONNECTION LIMIT 0`)
	t.Cleanup(func() { server.Exec(t, `DROP ROLE crowd`) })
	address := url.URL{Scheme: "postgres", User: url.UserPassword("crowd", "crowd"), Host: server.Addr(), Path: pgtest.Database}
	if _, err := Open(t.Context(), Config{URL: address.String()}); err == nil || !strings.Contains(err.Error(), "max_connections") {
		t.Errorf("opened with %v, want that there are too many connections", err)
	}
}

// TestPut_LateCommitsHideNothing has writers hold their transactions open for different times, while a reader follows
// the log: it may never go past an entry that appears later.
func TestPut_LateCommitsHideNothing(t *testing.T) {
	const writers, each = 8, 12
	address := pgtest.URL(t)
	reader := open(t, Config{URL: address})
	done := make(chan error, writers)
	for w := range writers {
		s := open(t, Config{URL: address})
		go func() {
			done <- func() error {
				for i := range each {
					if err := putSlowly(t.Context(), s, fmt.Sprint(w, " ", i), time.Duration((w*7+i)%4)*3*time.Millisecond); err != nil {
						return err
					}
				}
				return nil
			}()
		}()
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	seen := map[string]bool{}
	for len(seen) < writers*each {
		list, err := readNews(ctx, reader, 3)
		if err != nil {
			t.Fatalf("%d of %d entries were seen: %v", len(seen), writers*each, err)
		}
		for _, e := range list {
			seen[e.Article.GUID] = true
		}
	}
	for range writers {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// putSlowly stores an article, and commits some time after it got its number.
func putSlowly(ctx context.Context, s *Store, guid string, delay time.Duration) error {
	return s.db.InTx(ctx, database.AppendLog, func(ctx context.Context, tx *database.Tx) error {
		if err := takeIn(ctx, s, tx, story(guid)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `SELECT pg_sleep($1)`, delay.Seconds())
		return err
	})
}

// TestClaim_ReplicasShareTheWork has several stores claim and settle at once.
func TestClaim_ReplicasShareTheWork(t *testing.T) {
	const replicas, chats, articles = 4, 20, 5
	address := pgtest.URL(t)
	s := open(t, Config{URL: address})
	var ids []int64
	for i := range chats {
		sub, err := s.Subscribe(t.Context(), bot.Subscription{Target: bot.Target{Platform: "test", Chat: fmt.Sprint(i)}})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, sub.ID)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	sent := make(chan string, 2*chats*articles)
	done := make(chan error, replicas)
	work := func(s *Store) error {
		for {
			list, err := claimSoon(ctx, s, "test", 3, time.Hour)
			if err != nil {
				return err
			}
			for i := range list {
				sent <- list[i].Target.Chat + " " + list[i].Article.GUID
				if err := s.Settle(ctx, &list[i], bot.Outcome{State: bot.Sent}); err != nil {
					return err
				}
			}
		}
	}
	for range replicas {
		s := open(t, Config{URL: address})
		go func() { done <- work(s) }()
	}
	for i := range articles {
		if _, err := s.Put(ctx, []bot.Article{story(fmt.Sprint(i))}); err != nil {
			t.Fatal(err)
		}
		var matches []bot.Match
		for _, id := range ids {
			matches = append(matches, bot.Match{Article: int64(i) + 1, Subscription: id})
		}
		if _, err := s.Enqueue(ctx, int64(i), int64(i)+1, matches); err != nil {
			t.Fatal(err)
		}
	}
	next := map[string]int{}
	for range chats * articles {
		select {
		case what := <-sent:
			chat, guid, _ := strings.Cut(what, " ")
			if guid != fmt.Sprint(next[chat]) {
				t.Errorf("chat %s got article %s, want %d", chat, guid, next[chat])
			}
			next[chat]++
		case err := <-done:
			t.Fatal(err)
		}
	}
	cancel()
	for range replicas {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	if n := len(sent); n > 0 {
		t.Errorf("%d deliveries were sent twice", n)
	}
}

// TestSearch_OnPostgresFindsTheRareAndTheCommon has words that the newest articles have and ones that they have not.
func TestSearch_OnPostgresFindsTheRareAndTheCommon(t *testing.T) {
	s := open(t, Config{URL: pgtest.URL(t)})
	start := time.Now().Add(-24 * time.Hour)
	list := make([]bot.Article, 3000)
	for i := range list {
		list[i] = bot.Article{
			Source: "wire", GUID: fmt.Sprint(i), Title: "Common " + fmt.Sprint("n", i), Published: start.Add(time.Duration(i) * time.Second),
			Summary: strings.Repeat("many ", 300) + "words", Authors: []string{"Rare Bird", "Common Crane"},
		}
	}
	list[10].Title, list[20].Title = "A rare thing", "Another rare thing"
	if _, err := s.Put(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		"common":                {"2999", "2998"},
		"title:rare":            {"20", "10"},
		`"rare thing"`:          {"20", "10"},
		`"bird common"`:         nil, // from one author into the next
		"n11 OR n12":            {"12", "11"},
		"title:n299* -n2999":    {"2998", "2997"},
		`summary:"many words"`:  {"2999", "2998"}, // in more places than are kept
		`summary:"words words"`: nil,
		"source:wire n7":        {"7"},
		"author:thing":          nil,
	} {
		f, err := filter.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		page, err := s.Search(t.Context(), bot.Query{Filter: f, Limit: 2})
		var got []string
		for _, a := range page.Articles {
			got = append(got, a.GUID)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s finds %v, %v, want %v", text, got, err, want)
		}
	}
}
