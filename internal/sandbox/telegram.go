package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// TelegramDefaultToken is the token of a stand-in whose Config names none. It opens nothing but a stand-in.
const TelegramDefaultToken = "7000000001:stand-in-token-for-local-use-only-00"

// TelegramConfig says which bot the stand-in serves. The zero value is a working bot with the real limits.
type TelegramConfig struct {
	// Token is the only token the stand-in accepts; the number before its colon is the bot's id.
	// Empty means TelegramDefaultToken.
	Token string
	// Username is the bot's name without the @. Empty means "tidings_bot".
	Username string
	// Name is the bot's display name. Empty means "Tidings".
	Name string
	// Unlimited switches the rate limits off, for tests that are about something else.
	Unlimited bool
	// ReadsAll switches the bot's privacy mode off: it then sees every message of its groups.
	ReadsAll bool
	// Now is the clock of message dates, rate limits and the age of callback queries. Nil means time.Now.
	// Long polls wait in real time.
	Now func() time.Time
	// Logger hears about webhook deliveries that fail. Nil means silence.
	Logger *slog.Logger
}

// Telegram is a local Telegram Bot API server with one bot, and the people and chats around it.
// As an http.Handler it answers /bot<token>/<method> the way api.telegram.org does; its methods are what
// people, administrators and tests do. All of it is safe for concurrent use.
type Telegram struct {
	// Faults are the misbehaviors still to show; Fault.Path is matched against /bot<token>/<method>.
	Faults Faults

	cfg     TelegramConfig
	bot     TelegramUser
	methods map[string]tgMethod
	log     tgLog

	ctx     context.Context // ends at Close; bounds everything the stand-in does by itself
	cancel  context.CancelFunc
	workers sync.WaitGroup

	mu        sync.Mutex // guards everything below
	closed    bool
	users     map[int64]*TelegramUser
	chats     map[int64]*tgChat
	ids       tgIDs
	updates   tgQueue
	webhook   tgWebhook
	commands  map[tgMenuKey][]TelegramCommand
	callbacks map[string]*tgCallback
	limiter   tgBucket
	watchers  map[*watcher[TelegramEvent]]struct{}
}

var _ http.Handler = (*Telegram)(nil)

// tgMethod is one entry of the method table.
type tgMethod struct {
	name  string // as the documentation spells it
	serve func(ctx context.Context, c tgCall) (any, error)
}

// NewTelegram returns a stand-in without people or chats. Close must be called when it is done with.
func NewTelegram(cfg TelegramConfig) *Telegram {
	if cfg.Token == "" {
		cfg.Token = TelegramDefaultToken
	}
	if cfg.Username == "" {
		cfg.Username = "tidings_bot"
	}
	if cfg.Name == "" {
		cfg.Name = "Tidings"
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
		id = tgFirstBotID
	}
	t := &Telegram{
		cfg:       cfg,
		bot:       TelegramUser{ID: id, IsBot: true, FirstName: cfg.Name, Username: cfg.Username},
		users:     map[int64]*TelegramUser{},
		chats:     map[int64]*tgChat{},
		updates:   tgQueue{next: tgFirstUpdate, wake: make(chan struct{})},
		commands:  map[tgMenuKey][]TelegramCommand{},
		callbacks: map[string]*tgCallback{},
		limiter:   tgBucket{perSecond: tgBotRate, burst: tgBotRate},
		watchers:  map[*watcher[TelegramEvent]]struct{}{},
	}
	t.users[id] = &t.bot
	t.ctx, t.cancel = context.WithCancel(context.Background())
	t.methods = t.methodTable()
	return t
}

// Bot returns the bot that the stand-in serves.
func (t *Telegram) Bot() TelegramUser { return t.bot }

// Close ends long polls, hanging requests, webhook deliveries and watches, and waits for what it started.
// It may be called more than once.
func (t *Telegram) Close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.cancel()
	t.workers.Wait()
}

// start runs work in a goroutine that Close waits for. t.mu must be held.
func (t *Telegram) start(work func(ctx context.Context)) {
	if !t.closed {
		t.workers.Go(func() { work(t.ctx) })
	}
}

// ServeHTTP answers one call of the Bot API.
func (t *Telegram) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(t.ctx, cancel)() //nolint:contextcheck // It inherits the request and ends with Close too.
	r = r.WithContext(ctx)

	call, err := t.readCall(w, r)
	rec := &recorder{ResponseWriter: w}
	entry := t.log.begin(t.cfg.Now(), call)
	defer func() { t.log.end(entry, rec.status) }()
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err != nil {
			tgAnswerError(w, err)
			return
		}
		t.serve(w, r, call)
	})
	t.Faults.wrap(answer, func(w http.ResponseWriter, f *Fault) {
		wait := f.RetryAfter
		if wait <= 0 {
			wait = time.Second
		}
		tgAnswerError(w, tgTooMany(wait))
	}).ServeHTTP(rec, r)
}

func (t *Telegram) serve(w http.ResponseWriter, r *http.Request, c tgCall) {
	m, ok := t.methods[strings.ToLower(c.method)]
	if !ok {
		tgAnswerError(w, &tgError{code: http.StatusNotFound, text: "Not Found"})
		return
	}
	result, err := m.serve(r.Context(), c)
	if err != nil {
		tgAnswerError(w, err)
		return
	}
	tgAnswer(w, http.StatusOK, tgResponse{OK: true, Result: result})
}

// methodTable maps lower-case method names: the real server does not mind their case.
func (t *Telegram) methodTable() map[string]tgMethod {
	table := map[string]tgMethod{}
	add := func(name string, serve func(context.Context, tgCall) (any, error)) {
		table[strings.ToLower(name)] = tgMethod{name: name, serve: serve}
	}
	locked := func(name string, serve func(tgCall) (any, error)) {
		add(name, func(_ context.Context, c tgCall) (any, error) {
			t.mu.Lock()
			defer t.mu.Unlock()
			return serve(c)
		})
	}
	add("getUpdates", t.getUpdates)
	for name, serve := range map[string]func(tgCall) (any, error){
		"getMe": t.getMe, "getMyName": t.getMyName,
		"setMyName": tgAccept, "setMyDescription": tgAccept, "setMyShortDescription": tgAccept,
		"setMyCommands": t.setMyCommands, "getMyCommands": t.getMyCommands, "deleteMyCommands": t.deleteMyCommands,
		"sendMessage": t.sendMessage, "sendPhoto": t.sendPhoto, "sendChatAction": t.sendChatAction,
		"editMessageText": t.editMessageText, "editMessageCaption": t.editMessageCaption,
		"editMessageReplyMarkup": t.editMessageReplyMarkup, "deleteMessage": t.deleteMessage,
		"answerCallbackQuery": t.answerCallbackQuery,
		"getChat":             t.getChat, "getChatMember": t.getChatMember,
		"getChatAdministrators": t.getChatAdministrators, "leaveChat": t.leaveChat,
		"setWebhook": t.setWebhook, "deleteWebhook": t.deleteWebhook, "getWebhookInfo": t.getWebhookInfo,
	} {
		locked(name, serve)
	}
	return table
}

// tgAccept is a method whose effect nobody can see here.
func tgAccept(tgCall) (any, error) { return true, nil }

func (t *Telegram) getMe(tgCall) (any, error) {
	return struct {
		TelegramUser
		CanJoinGroups   bool `json:"can_join_groups"`
		CanReadAll      bool `json:"can_read_all_group_messages"`
		SupportsInline  bool `json:"supports_inline_queries"`
		ConnectBusiness bool `json:"can_connect_to_business"`
		HasMainWebApp   bool `json:"has_main_web_app"`
	}{TelegramUser: t.bot, CanJoinGroups: true, CanReadAll: t.cfg.ReadsAll}, nil
}

func (t *Telegram) getMyName(tgCall) (any, error) {
	return map[string]string{"name": t.bot.FirstName}, nil
}

// tgResponse is the envelope of every answer.
type tgResponse struct {
	OK          bool           `json:"ok"`
	Result      any            `json:"result,omitempty"`
	ErrorCode   int            `json:"error_code,omitempty"`
	Description string         `json:"description,omitempty"`
	Parameters  map[string]any `json:"parameters,omitempty"`
}

// tgDescribed is a result that the envelope describes in words.
type tgDescribed struct {
	result any
	words  string
}

// tgError is a refusal in the real server's words.
type tgError struct {
	code       int
	text       string
	parameters map[string]any
}

func (e *tgError) Error() string { return e.text }

// tgBadRequest starts the reason in lower case unless it is one of the server's capital codes, as the real one does.
func tgBadRequest(reason string) *tgError {
	if len(reason) > 1 && reason[1] != '_' && (reason[1] < 'A' || reason[1] > 'Z') {
		reason = strings.ToLower(reason[:1]) + reason[1:]
	}
	return &tgError{code: http.StatusBadRequest, text: "Bad Request: " + reason}
}

func tgForbidden(reason string) *tgError {
	return &tgError{code: http.StatusForbidden, text: "Forbidden: " + reason}
}

func tgConflict(reason string) *tgError {
	return &tgError{code: http.StatusConflict, text: "Conflict: " + reason}
}

// tgTooMany asks for whole seconds, never fewer than wait.
func tgTooMany(wait time.Duration) *tgError {
	seconds := max(1, int(math.Ceil(wait.Seconds())))
	return &tgError{
		code:       http.StatusTooManyRequests,
		text:       "Too Many Requests: retry after " + strconv.Itoa(seconds),
		parameters: map[string]any{"retry_after": seconds},
	}
}

func tgAnswerError(w http.ResponseWriter, err error) {
	var refusal *tgError
	if !errors.As(err, &refusal) {
		refusal = &tgError{code: http.StatusInternalServerError, text: "Internal Server Error: " + err.Error()}
	}
	if wait, ok := refusal.parameters["retry_after"].(int); ok {
		w.Header().Set("Retry-After", strconv.Itoa(wait))
	}
	tgAnswer(w, refusal.code, tgResponse{
		ErrorCode: refusal.code, Description: refusal.text, Parameters: refusal.parameters,
	})
}

func tgAnswer(w http.ResponseWriter, status int, body tgResponse) {
	if d, ok := body.Result.(tgDescribed); ok {
		body.Result, body.Description = d.result, d.words
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// An error means the client has gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(body)
}
