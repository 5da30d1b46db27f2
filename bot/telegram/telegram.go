package telegram

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
	"tidings/internal/lazyregexp"
)

// Platform is the name that targets on Telegram carry.
const Platform = "telegram"

const (
	defaultAPIURL = "https://api.telegram.org"
	// callTimeout bounds one request that is neither a poll nor a message. How long to wait for a message is up to
	// the caller: in slow mode, Telegram answers after half a minute and more.
	callTimeout = 30 * time.Second
)

// tokenForm is what every token looks like; core.telegram.org/bots/api#authorizing-your-bot.
var tokenForm = lazyregexp.New(`^\d+:[\w-]{30,}$`)

// localTokenForm is what the tokens of stand-ins look like.
var localTokenForm = lazyregexp.New(`^\d{1,18}:[\w-]+$`)

// Config says what an Adapter works with.
type Config struct {
	// Token is the bot's token, as BotFather gave it. It never enters an error or the log.
	Token string
	// APIURL is the address of the Bot API server without a trailing slash. Empty means
	// https://api.telegram.org.
	APIURL string
	// State keeps hashes of the published commands and of the webhook's secret, and the open forms. It is required.
	State bot.State
	// Inbox keeps updates until they have been handled. It is required.
	Inbox bot.Inbox
	// Zone is the zone in which times are written. Nil means UTC.
	Zone *time.Location
	// Logger logs outages and refusals. Nil means silence.
	Logger *slog.Logger
	// Client makes the requests. Its CheckRedirect and Timeout are not used. Nil means one with the defaults of
	// net/http, but with 64 idle connections.
	Client *http.Client
	// WebhookURL is the public address of the adapter's ServeHTTP, to which Telegram delivers updates. Empty means
	// polling.
	WebhookURL string
	// WebhookSecret comes with every update that Telegram delivers: 1 to 256 of A-Z, a-z, 0-9, _ and -. It is
	// required with a WebhookURL.
	WebhookSecret string
	// FadeAfter is how long an answer stays in a channel, whose readers it doesn't concern. 0 means a minute.
	FadeAfter time.Duration
	// Now is the clock. Nil means time.Now.
	Now func() time.Time
}

// Adapter is the bot on Telegram. All methods may be called concurrently, except that only one Run may be active. Without
// a webhook it must be the only one for its token anywhere, because Telegram ends the polls of all others.
type Adapter struct {
	client  *client
	webhook webhook
	serving atomic.Pointer[session] // what runs now, or nil
	id      int64                   // of the bot
	state   bot.State
	inbox   bot.Inbox
	box     string // the bot's own part of the inbox: another bot's updates have other numbers
	zone    *time.Location
	log     *slog.Logger
	now     func() time.Time
	// fadeAfter is how long answers stay in channels.
	fadeAfter time.Duration
	pacer     bot.Pacer // or nil
	// names are the commands that Run serves, for [Adapter.isCommand].
	names    atomic.Pointer[map[string]bool]
	username atomic.Pointer[string] // of the bot, once Telegram has said so
	// noMoments is until when the server counts as one that knows no moments, in Unix seconds.
	noMoments atomic.Int64
}

var (
	_ bot.Adapter = (*Adapter)(nil)
	_ bot.Limiter = (*Adapter)(nil)
	_ bot.Paced   = (*Adapter)(nil)
	_ bot.Editor  = (*Adapter)(nil)

	_ bot.AccessChecker = (*Adapter)(nil)

	_ http.Handler = (*Adapter)(nil)
)

// New returns an adapter. It makes no request.
func New(cfg Config) (*Adapter, error) {
	token, address := strings.TrimSpace(cfg.Token), cmp.Or(cfg.APIURL, defaultAPIURL)
	form := tokenForm
	if address != defaultAPIURL {
		form = localTokenForm
	}
	if !form.MatchString(token) {
		return nil, errors.New("the token does not look like one: 123456789:AA…, as BotFather gave it")
	}
	if cfg.State == nil || cfg.Inbox == nil {
		return nil, errors.New("a State and an Inbox are required")
	}
	number, _, _ := strings.Cut(token, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return nil, errors.New("the token does not begin with the number of a bot")
	}
	c, err := newClient(address, token, cfg.Client)
	if err != nil {
		return nil, err
	}
	hook, err := newWebhook(cfg)
	if err != nil {
		return nil, err
	}
	a := &Adapter{
		client: c, webhook: hook, id: id, state: cfg.State, inbox: cfg.Inbox, box: Platform + ":" + number,
		zone: cfg.Zone, log: cfg.Logger, now: cfg.Now, fadeAfter: cmp.Or(cfg.FadeAfter, fadeAfter),
	}
	if a.zone == nil {
		a.zone = time.UTC
	}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if a.now == nil {
		a.now = time.Now
	}
	return a, nil
}

// Identify asks Telegram once whose token the adapter has. [bot.ErrUnauthorized] is in the chain of
// its error if Telegram refuses the token.
func (a *Adapter) Identify(ctx context.Context) (string, error) {
	self, err := a.self(ctx)
	if isUnauthorized(err) {
		err = bot.ErrUnauthorized
	}
	return "@" + self.UserName, err
}

// self asks for the bot's own account. Only here does a 404 mean a wrong token; elsewhere it means that the server
// doesn't know a method.
func (a *Adapter) self(ctx context.Context) (tgbotapi.User, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var self tgbotapi.User
	err := a.client.call(ctx, "getMe", nil, &self)
	if err == nil {
		a.username.Store(&self.UserName)
	}
	if hasCode(err, http.StatusNotFound) {
		err = fmt.Errorf("%w: %w", bot.ErrUnauthorized, err)
	}
	return self, err
}

// Platform returns "telegram".
func (a *Adapter) Platform() string { return Platform }

// isCommand reports whether name is a command that the bot serves, which people may click in a text.
func (a *Adapter) isCommand(name string) bool {
	names := a.names.Load()
	return names != nil && (*names)[name]
}
