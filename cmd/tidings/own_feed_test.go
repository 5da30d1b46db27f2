package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	sandboxdiscord "tidings/internal/sandbox/discord"
	sandboxtelegram "tidings/internal/sandbox/telegram"
	"tidings/internal/store"
)

// newsstand serves the feeds of invented wires, each under a name that no network knows.
type newsstand struct {
	mu    sync.Mutex
	items map[string][]wireItem // by host, the newest first
}

type wireItem struct {
	title     string
	published time.Time
}

func (n *newsstand) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	items := n.items[r.Host]
	wire := strings.TrimSuffix(r.Host, ".example")
	switch {
	case items == nil:
		http.NotFound(w, r)
	case r.URL.Path == "/":
		fmt.Fprint(w, `<!doctype html><title>Home</title><link rel="alternate" type="application/rss+xml" href="/feed.xml"><p>Welcome.`)
	default:
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>The %s wire</title><link>http://%s/</link>`, wire, r.Host)
		for i, it := range items {
			n := len(items) - i
			fmt.Fprintf(w, `<item><title>%s</title><link>http://%s/%d</link><guid>%d</guid><pubDate>%s</pubDate></item>`,
				it.title, r.Host, n, n, it.published.UTC().Format(time.RFC1123))
		}
		fmt.Fprint(w, `</channel></rss>`)
	}
}

// publish puts a new item into a feed.
func (n *newsstand) publish(host, title string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.items[host] = append([]wireItem{{title, time.Now()}}, n.items[host]...)
}

// reading runs the bot in this process, which gets its feeds from a newsstand on the loopback network, as managers' feeds may
// not be. It returns the bot's store and what ends it.
func (w *world) reading(n *newsstand) (db *store.Store, stop func()) {
	w.t.Helper()
	w.run("", "import", w.file("archive.jsonl", archive))
	server := httptest.NewServer(n)
	w.t.Cleanup(server.Close)
	log := newTranscript()
	p := &program{
		stdin: strings.NewReader(""), stdout: log, stderr: log, dir: w.dir,
		environ: append(w.env, "POLL_INTERVAL=1s", "DATABASE_URL=sqlite:"+filepath.Join(w.dir, "tidings.db")),
	}
	s, err := p.settings(w.ctx)
	if err == nil {
		s.feeds = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
		}}}
		db, err = s.openStore(w.ctx)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	sv, err := newService(w.ctx, s, db, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.ctx)
	done := make(chan error, 1)
	go func() { done <- sv.run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("the bot ends with %v", err)
		}
		if err := db.Close(); err != nil {
			w.t.Error(err)
		}
		if w.t.Failed() {
			w.t.Logf("the bot wrote:\n%s", log)
		}
	})
	w.t.Cleanup(stop)
	if err := w.discord.WaitReady(w.ctx); err != nil {
		w.t.Fatal(err)
	}
	if err := w.discord.WaitCommands(w.ctx, "subscribe"); err != nil {
		w.t.Fatal(err)
	}
	return db, stop
}

// awaitRead waits until every feed has been read, and has articles.
func (w *world) awaitRead(db *store.Store) {
	w.t.Helper()
	waitUntil(w.t, func() bool {
		list, err := db.Sources(w.ctx)
		if err != nil {
			w.t.Fatal(err)
		}
		return !slices.ContainsFunc(list, func(s bot.Source) bool {
			return s.Kind == bot.FeedSource && (s.Fetch.LastSuccess.IsZero() || s.Articles == 0)
		})
	})
}

// opml is a list of feeds as other readers export it.
const opml = `<?xml version="1.0"?><opml version="2.0"><head><title>Feeds</title></head><body><outline text="Wires">
	<outline type="rss" text="The Kestrel" xmlUrl="http://kestrel.example/feed.xml"/>
	<outline type="rss" text="The Merlin" xmlUrl="http://merlin.example/feed.xml"/>
	<outline type="rss" text="The Dodo" xmlUrl="http://dodo.example/feed.xml"/></outline></body></opml>`

func wires() *newsstand {
	then := time.Now().Add(-5*time.Hour - 30*time.Minute)
	return &newsstand{items: map[string][]wireItem{"kestrel.example": {{"Uranium ledger found", then}}, "merlin.example": {{"Harbor closed", then}}}}
}

// concludes ends a conversation, some of which depends on whether the feed has been read since it was followed.
func (c *conversation) concludes() {
	c.t.Helper()
	c.steady(regexp.MustCompile(`just now|(A-WHILE|\d+ seconds) ago`), "NOW")
	c.steady(regexp.MustCompile("(source:the-[^`]*` will be posted here\\.\n\n)(Nothing in the archive matches yet\\.|The latest match:\n[^\n]+\n[^\n]+)"),
		"${1}WHAT-THERE-IS")
	c.ends()
}

// A feed that managers follow by its address is their place's alone.
func TestOwnFeed_OnTelegram(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 0, 2, sandboxtelegram.Config{Unlimited: true})
	stand := wires()
	db, stop := w.reading(stand)
	ann, bob := w.chats[0], w.chats[1]
	for _, user := range w.chats {
		if _, err := w.telegram.Start(user, ""); err != nil {
			t.Fatal(err)
		}
		w.shows(user, "Hello")
	}
	group, err := w.telegram.AddSupergroup("Newsroom", ann)
	if err != nil {
		t.Fatal(err)
	}
	w.shows(group.ID, "Hello")
	c := w.converseOnTelegram("own-feed-telegram.txt")
	c.names = map[string]string{
		tg(ann): "Ann's private chat", tg(bob): "Bob's private chat", tg(group.ID): "Newsroom", "user " + tg(ann): "Ann", "user " + tg(bob): "Bob",
	}
	c.says(ann, group.ID, "/subscribe http://kestrel.example/feed.xml uranium", 1)
	w.awaitRead(db)
	c.does("The feed has two new articles, one of which matches", 1, func() error {
		stand.publish("kestrel.example", "Bakery opens")
		stand.publish("kestrel.example", "Uranium ledger lost again")
		return nil
	})
	c.says(ann, group.ID, "/sources", 1)
	for _, line := range []string{
		"/sources", "/sources kestrel", "/latest", "/search uranium", "/why http://kestrel.example/2", "/subscribe source:the-kestrel-wire", "/subscribe uranium",
	} {
		c.says(bob, bob, line, 1)
	}
	c.says(bob, bob, "http://kestrel.example", 1)
	send := func(name, content string) {
		c.does("Ann sends "+name+" in private", 1, func() error {
			_, err := w.telegram.SendFile(ann, ann, sandboxtelegram.File{Name: name, Content: []byte(content)}, "")
			return err
		})
	}
	c.says(ann, ann, "http://kestrel.example/feed.xml", 1)
	send("feeds.opml", opml)
	send("letter.xml", `<letter>Dear Bob</letter>`)
	c.says(ann, ann, "/subscriptions", 1)
	channel := c.must(w.telegram.AddChannel("Harbor Wire", ann))
	c.check(w.telegram.SetUsername(channel.ID, "harborwire"))
	c.names[tg(channel.ID)] = "@harborwire"
	c.does("Ann adds the bot to a channel", 1, func() error { return nil })
	c.says(ann, ann, "/channel @harborwire", 1)
	c.says(ann, ann, "/subscribe http://merlin.example/feed.xml", 1)
	w.awaitRead(db)
	c.says(ann, ann, "/sources", 1)
	c.says(ann, ann, "/channel leave", 1)
	stop()
	c.concludes()
}

func TestOwnFeed_OnDiscord(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 1, 0, sandboxtelegram.Config{})
	stand := wires()
	db, stop := w.reading(stand)
	here := w.channels[0]
	elsewhere, bob := w.discord.AddChannel(w.discord.AddGuild("Elsewhere"), "general"), w.discord.AddUser("bob")
	w.discord.SetMemberPermissions(elsewhere, bob, sandboxdiscord.MemberDefault|manageChannels)
	c := w.converseOnDiscord("own-feed-discord.txt")
	c.names = map[string]string{here: "#alerts", elsewhere: "#general of another server", "user " + w.manager: "Ann", "user " + bob: "Bob"}
	file := w.discord.Upload(sandboxdiscord.Upload{Name: "feeds.opml", Content: []byte(opml)})
	c.names[file] = "the file"
	c.uses(w.manager, here, "subscribe", 1, "filter", "http://kestrel.example/feed.xml uranium")
	w.awaitRead(db)
	c.does("The feed has two new articles, one of which matches", 1, func() error {
		stand.publish("kestrel.example", "Bakery opens")
		stand.publish("kestrel.example", "Uranium ledger lost again")
		return nil
	})
	c.uses(w.manager, here, "sources list", 1)
	c.uses(bob, elsewhere, "sources list", 1)
	c.uses(bob, elsewhere, "sources show", 1, "name", "the-kestrel-wire")
	c.uses(bob, elsewhere, "latest", 1)
	c.uses(bob, elsewhere, "search", 1, "filter", "uranium")
	c.uses(bob, elsewhere, "why", 1, "link", "http://kestrel.example/2")
	c.uses(bob, elsewhere, "subscribe", 1, "filter", "source:the-kestrel-wire")
	c.uses(w.manager, here, "import", 1, "file", file)
	stop()
	c.concludes()
}
