package console

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"sync"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
)

//go:embed assets
var assets embed.FS

// Bot is the running bot, as far as pages show it.
type Bot interface {
	// Handler carries out commands.
	Handler() bot.Handler
	PlatformState(platform string) bot.PlatformState
	// IsLeader reports whether this process sends the platform's alerts.
	IsLeader(platform string) bool
	Delay(platform string) bot.Delay
}

// Store is what pages are made from.
type Store interface {
	Stats(ctx context.Context) (bot.Stats, error)
	BulkUpdates(ctx context.Context) ([]bot.BulkUpdate, error)
	SourceStore
	ChatStore
	ArticleStore
	answer.FeedRequests
}

// ChatStore is what the pages about chats are made from.
type ChatStore interface {
	Targets(ctx context.Context, q bot.TargetQuery) ([]bot.KnownTarget, error)
	SubscriptionsOf(ctx context.Context, t bot.Target) ([]bot.Subscription, error)
	Deliveries(ctx context.Context, q bot.DeliveryQuery) ([]bot.DeliveryRecord, error)
}

// SourceStore is what the pages about sources are made from.
type SourceStore interface {
	// Source returns a source by its ID, or bot.ErrNotFound.
	Source(ctx context.Context, id string) (bot.Source, error)
	SourcePage(ctx context.Context, q bot.SourceQuery) ([]bot.Source, error)
	SourcesIn(ctx context.Context, p bot.Place) ([]bot.Source, error)
	PublishedSince(ctx context.Context, since time.Time) (map[string]int64, error)
}

// Config is what a Console is made of.
type Config struct {
	Sessions  *Sessions
	Store     Store
	Bot       Bot
	Platforms []string // by name
	// History is what happened in the last hours. Nil means nothing.
	History *History
	Setup   Setup
	// Outline writes a list of feeds for other feed readers.
	Outline func(w io.Writer, sources []bot.Source) error
	// Zone is the time zone of moments.
	Zone   *time.Location
	Logger *slog.Logger
	Now    func() time.Time
}

// Console serves the pages. Its methods may be called concurrently.
type Console struct {
	cfg       Config
	templates func() (map[string]*template.Template, error)
	handler   http.Handler
	rates     rates
	checked   checked
	backingUp sync.Mutex // while a backup is written
}

// New returns a Console. It is to be served at the root of an address, with /healthz and the like before it.
func New(cfg Config) (*Console, error) {
	switch {
	case cfg.Sessions == nil, cfg.Store == nil, cfg.Bot == nil, cfg.Setup == nil:
		return nil, errors.New("console: it needs sessions, a store, a bot and its setup")
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.History == nil {
		cfg.History = NewHistory(cfg.Now)
	}
	c := &Console{cfg: cfg}
	c.templates = sync.OnceValues(c.parseTemplates) // most processes are never asked for a page
	c.handler = c.routes()
	return c, nil
}

// ServeHTTP answers a request.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.handler.ServeHTTP(w, r) }

// section is an entry of the navigation.
type section struct {
	Path, Name string
	template   string
	show       func(x *exchange) (any, error)
	live       bool // what it shows moves; see doc.go
}

func (c *Console) sections() []section {
	return []section{
		{Path: "/now", Name: "Now", template: "now", show: c.showNow, live: true},
		{Path: "/sources", Name: "Sources", template: "sources", show: c.showSources},
		{Path: "/chats", Name: "Chats", template: "chats", show: c.showChats},
		{Path: "/articles", Name: "Articles", template: "articles", show: c.showArticles},
		{Path: "/lab", Name: "Filter lab", template: "lab", show: c.showLab},
		{Path: "/setup", Name: "Setup", template: "setup", show: c.showSetup},
	}
}

// subpages are pages below those of the navigation.
func (c *Console) subpages() []section {
	return []section{
		{Path: "/sources/{id}", template: "source", show: c.showSource},
		{Path: "/sources.opml", show: c.exportSources},
		{Path: "/chats/{id}", template: "chat", show: c.showChat},
		{Path: "/articles/{id}", template: "article", show: c.showArticle},
		{Path: "/articles/{id}/change", template: "publish", show: c.showChange},
		{Path: publishPath, template: "publish", show: c.showPublish},
	}
}

// publishPath is where articles are written.
const publishPath = "/articles/new"

// actions are what can be done on pages, by the path to which its form is posted.
func (c *Console) actions() map[string]action {
	all := map[string]action{"/press": press}
	maps.Copy(all, sourceActions())
	maps.Copy(all, c.chatActions())
	return all
}

// routes is everything that there is. Whoever isn't signed in sees how to, and finds nothing else.
func (c *Console) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", http.StripPrefix("/", http.HandlerFunc(serveAsset)))
	mux.HandleFunc("GET /{$}", c.root)
	mux.HandleFunc("GET "+signInPath, c.showSignIn)
	mux.HandleFunc("POST "+signInPath, c.signIn)
	mux.HandleFunc("GET "+linkPath, c.showLink)
	mux.HandleFunc("POST "+linkPath, c.signInByLink)
	mux.Handle("POST /sign-out", c.signedIn(c.signOut))
	for _, s := range append(c.sections(), c.subpages()...) {
		mux.Handle("GET "+s.Path, c.signedIn(func(ctx context.Context, x *exchange) { c.show(ctx, x, &s) }))
		if s.live {
			mux.Handle("GET "+s.Path+"/events", c.signedIn(func(ctx context.Context, x *exchange) { c.stream(ctx, x, &s) }))
		}
	}
	mux.Handle("POST "+publishPath, c.signedIn(c.publish))
	for path, do := range c.deeds() {
		mux.Handle("POST "+path, c.signedIn(func(ctx context.Context, x *exchange) { c.carryOut(ctx, x, do) }))
	}
	for path, do := range c.actions() {
		mux.Handle("POST "+path, c.signedIn(func(ctx context.Context, x *exchange) { c.act(ctx, x, do) }))
	}
	mux.Handle("/", c.signedIn(func(ctx context.Context, x *exchange) { c.fail(ctx, x, bot.ErrNotFound) }))
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(c.refuseOtherSite))
	return withHeaders(guard.Handler(mux))
}

// maxForm bounds what a form may bring, in bytes: a file and what goes with it.
const maxForm = bot.MaxFile + 64<<10

// signedIn hands an exchange to do, or sends whoever is nobody to where one signs in.
func (c *Console) signedIn(do func(ctx context.Context, x *exchange)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		x := &exchange{Request: r, w: w}
		var known bool
		var err error
		x.visitor, known, err = c.cfg.Sessions.of(r)
		switch {
		case err != nil:
			c.fail(r.Context(), x, err)
		case known:
			do(r.Context(), x)
		case r.Method == http.MethodGet:
			redirect(w, r, signInPath+"?"+nextQuery(r.URL))
		default:
			redirect(w, r, signInPath)
		}
	})
}

// root is where people begin.
func (c *Console) root(w http.ResponseWriter, r *http.Request) {
	_, known, err := c.cfg.Sessions.of(r)
	switch {
	case err != nil:
		c.fail(r.Context(), &exchange{Request: r, w: w}, err)
	case known:
		redirect(w, r, c.sections()[0].Path)
	default:
		c.showSignIn(w, r)
	}
}
