package telegram

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tidings/internal/sandbox"
)

// DefaultToken is the token of a stand-in whose Config has none. It is worthless anywhere else.
const DefaultToken = "7000000001:stand-in-token-for-local-use-only-00"

// Config says which bot the stand-in serves. The zero value is a working bot with the real limits.
type Config struct {
	// Token is the only token that the stand-in accepts, until ResetToken; the number before its colon is the bot's id.
	// Empty means DefaultToken.
	Token string
	// Username is the bot's name without the @. Empty means "tidings_bot".
	Username string
	// Name is the bot's display name. Empty means "Tidings".
	Name string
	// Unlimited switches the rate limits off, for tests that are about something else.
	Unlimited bool
	// ReadsAll switches the bot's privacy mode off: it then sees every message of its groups.
	ReadsAll bool
	// Ephemeral has clients and server know ephemeral commands and messages, as of Bot API 10.2.
	Ephemeral bool
	// Old is a server from before Bot API 10.1: it knows no moments, and passes over the styles of buttons.
	Old bool
	// CallbackLife is how long a press can be answered. 0 means 15 s; the real limit is not published.
	CallbackLife time.Duration
	// Now is the clock of message dates, rate limits, the age of callback queries and Date headers. Nil means time.Now.
	// SetSkew moves it. Long polls and slow mode wait in real time.
	Now func() time.Time
	// Logger gets failed webhook deliveries. Nil means silence.
	Logger *slog.Logger
}

// StandIn is a local Telegram Bot API server with one bot, and the people and chats around it.
// As an http.Handler it answers /bot<token>/<method> the way api.telegram.org does; its methods are what
// people, administrators and tests do. All of it is safe for concurrent use.
type StandIn struct {
	// Faults are the misbehaviors still to show; Fault.Path is matched against /bot<token>/<method>, and Fault.Place is a
	// chat.
	Faults sandbox.Faults

	cfg     Config
	bot     User
	methods map[string]method
	log     log

	ctx     context.Context // ends at Close; bounds everything the stand-in does by itself
	cancel  context.CancelFunc
	workers sync.WaitGroup
	link    sandbox.Link
	skew    atomic.Int64 // nanoseconds that the clock is ahead of the one in cfg

	mu        sync.Mutex // guards everything below
	closed    bool
	token     string
	users     map[int64]*User
	chats     map[int64]*chat
	ids       ids
	updates   queue
	webhook   webhook
	commands  map[menuKey][]Command
	profile   map[string]string
	files     map[string]File // by ID
	callbacks map[string]*callback
	limiter   bucket
	watchers  sandbox.Watchers[Event]
}

var _ http.Handler = (*StandIn)(nil)

// method is one entry of the method table.
type method struct {
	name  string // as the documentation spells it
	serve func(ctx context.Context, c call) (any, error)
}

// New returns a stand-in without people or chats. Close it when done.
func New(cfg Config) *StandIn {
	if cfg.Token == "" {
		cfg.Token = DefaultToken
	}
	if cfg.Username == "" {
		cfg.Username = "tidings_bot"
	}
	if cfg.Name == "" {
		cfg.Name = "Tidings"
	}
	if cfg.CallbackLife == 0 {
		cfg.CallbackLife = callbackLife
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	number, _, _ := strings.Cut(cfg.Token, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		id = firstBotID
	}
	t := &StandIn{
		token:     cfg.Token,
		bot:       User{ID: id, IsBot: true, FirstName: cfg.Name, Username: cfg.Username},
		users:     map[int64]*User{},
		chats:     map[int64]*chat{},
		updates:   queue{next: firstUpdate, wake: make(chan struct{})},
		commands:  map[menuKey][]Command{},
		profile:   map[string]string{},
		files:     map[string]File{},
		callbacks: map[string]*callback{},
		limiter:   bucket{perSecond: botRate, burst: botRate},
	}
	cfg.Now = t.skewed(cfg.Now)
	t.cfg = cfg
	t.users[id] = &t.bot
	t.ctx, t.cancel = context.WithCancel(context.Background())
	t.methods = t.methodTable()
	return t
}

// Bot returns the bot that the stand-in serves.
func (t *StandIn) Bot() User { return t.bot }

// Close ends long polls, hanging requests, webhook deliveries and watches, and waits for what it started.
// It may be called more than once.
func (t *StandIn) Close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.cancel()
	t.workers.Wait()
}

// start runs work in a goroutine that Close waits for. t.mu must be held.
func (t *StandIn) start(work func(ctx context.Context)) {
	if !t.closed {
		t.workers.Go(func() { work(t.ctx) })
	}
}

// ServeHTTP answers one call of the Bot API.
func (t *StandIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(t.ctx, cancel)() //nolint:contextcheck // It inherits the request and ends with Close too.
	r = r.WithContext(ctx)

	w.Header().Set("Date", t.cfg.Now().UTC().Format(http.TimeFormat))
	if strings.HasPrefix(r.URL.Path, "/file/bot") {
		t.serveFile(w, r)
		return
	}
	call, err := t.readCall(w, r)
	rec := &sandbox.Recorder{ResponseWriter: w}
	entry := t.log.begin(t.cfg.Now(), call)
	defer func() { t.log.end(entry, rec.Status) }()
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err != nil {
			answerError(w, err)
			return
		}
		t.serve(w, r, call)
	})
	t.link.Serve(rec, r, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Faults.Serve(t.ctx, w, r, sandbox.Stage{ //nolint:contextcheck // A fault may outlast its request.
			Next: answer, Scene: func() sandbox.Scene { return t.scene(call) }, Limit: limited,
		})
	}))
}

// limited writes the 429 of a fault.
func limited(w http.ResponseWriter, f *sandbox.Fault) {
	wait := f.RetryAfter
	if wait <= 0 {
		wait = time.Second
	}
	answerError(w, tooMany(wait))
}

func (t *StandIn) serve(w http.ResponseWriter, r *http.Request, c call) {
	m, ok := t.methods[strings.ToLower(c.method)]
	if !ok {
		answerError(w, &apiError{code: http.StatusNotFound, text: "Not Found"})
		return
	}
	if wait := t.turn(c); wait > 0 && !sandbox.Wait(t.ctx, wait) { //nolint:contextcheck // A delayed message is sent even if its sender is gone.
		sandbox.Reset(w)
		return
	}
	result, err := m.serve(r.Context(), c)
	if err != nil {
		answerError(w, err)
		return
	}
	answer(w, http.StatusOK, response{OK: true, Result: result})
}

// methodTable maps lower-case method names: the real server does not mind their case.
func (t *StandIn) methodTable() map[string]method {
	table := map[string]method{}
	add := func(name string, serve func(context.Context, call) (any, error)) {
		table[strings.ToLower(name)] = method{name: name, serve: serve}
	}
	locked := func(name string, serve func(call) (any, error)) {
		add(name, func(_ context.Context, c call) (any, error) {
			t.mu.Lock()
			defer t.mu.Unlock()
			return serve(c)
		})
	}
	add("getUpdates", t.getUpdates)
	for name, serve := range map[string]func(call) (any, error){
		"getMe": t.getMe, "getMyName": t.getMyName,
		"setMyName": accept, "setMyDescription": t.setProfile("description", maxProfile),
		"setMyShortDescription": t.setProfile("short_description", maxShortProfile),
		"getMyDescription":      t.getProfile("description"), "getMyShortDescription": t.getProfile("short_description"),
		"setMyCommands": t.setMyCommands, "getMyCommands": t.getMyCommands, "deleteMyCommands": t.deleteMyCommands,
		"sendMessage": t.sendMessage, "sendDocument": t.sendDocument, "getFile": t.getFile, "sendPhoto": t.sendPhoto, "sendChatAction": t.sendChatAction,
		"editMessageText": t.editMessageText, "editMessageCaption": t.editMessageCaption,
		"editEphemeralMessageText": t.editEphemeralMessageText,
		"editMessageReplyMarkup":   t.editMessageReplyMarkup, "deleteMessage": t.deleteMessage,
		"answerCallbackQuery": t.answerCallbackQuery,
		"getChat":             t.getChat, "getChatMember": t.getChatMember,
		"getChatAdministrators": t.getChatAdministrators, "leaveChat": t.leaveChat,
		"setWebhook": t.setWebhook, "deleteWebhook": t.deleteWebhook, "getWebhookInfo": t.getWebhookInfo,
	} {
		locked(name, serve)
	}
	return table
}

// accept is a method without a visible effect.
func accept(call) (any, error) { return true, nil }

func (t *StandIn) getMe(call) (any, error) {
	return struct {
		User
		CanJoinGroups   bool `json:"can_join_groups"`
		CanReadAll      bool `json:"can_read_all_group_messages"`
		SupportsInline  bool `json:"supports_inline_queries"`
		ConnectBusiness bool `json:"can_connect_to_business"`
		HasMainWebApp   bool `json:"has_main_web_app"`
	}{User: t.bot, CanJoinGroups: true, CanReadAll: t.cfg.ReadsAll}, nil
}

func (t *StandIn) getMyName(call) (any, error) {
	return map[string]string{"name": t.bot.FirstName}, nil
}
