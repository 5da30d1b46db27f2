package discord

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"tidings/bot"
	"tidings/internal/secret"
)

// Platform is the name that the adapter's targets carry.
const Platform = "discord"

// defaultAPIURL is where Discord is.
const defaultAPIURL = "https://discord.com"

// Config says how to reach Discord.
type Config struct {
	// Token is the bot's token, with or without the word "Bot". Required.
	Token string
	// APIURL is where requests go: they ask for APIURL/api/v10/…. Empty means https://discord.com. The
	// address of the gateway is whatever GET /gateway answers there.
	APIURL string
	// PublicKey is the application's, in hexadecimal digits. With it the adapter, as an [http.Handler], takes
	// interactions that Discord posts; without it they come by the gateway alone.
	PublicKey string
	// InteractionsURL is the address that leads to the adapter's ServeHTTP. Run registers it with Discord. Empty
	// leaves what Discord knows as it is.
	InteractionsURL string
	// WithoutGateway makes no gateway connection. Commands must come over HTTP then, and the bot does not
	// hear that it was removed or a channel deleted, which sending finds out, nor that it is back, which
	// the next command in a channel shows it.
	WithoutGateway bool
	// Shards is how many gateway connections share the guilds, or AutoShards. 0 means one, which serves up to
	// 2500 guilds.
	Shards int
	// State remembers which commands have been published. Nil publishes them at every start.
	State bot.State
	// Inbox assigns each interaction to one of the processes that receive it. Nil means that there is only one; it is
	// required with a PublicKey, because posts may be repeated.
	Inbox Inbox
	// Zone is the time zone of dates for articles of which only the day is known. Nil means UTC; moments
	// are shown in each reader's own zone.
	Zone *time.Location
	// Logger hears of changes of the connection and of what went wrong. Nil means silence.
	Logger *slog.Logger
	// Now is the clock of rate limits. Nil means time.Now.
	Now func() time.Time
	// Client makes the HTTP requests. Nil means one with a time limit of its own; redirects are never
	// followed.
	Client *http.Client
}

// Adapter is a [bot.Adapter] for Discord. It also limits, paces, edits, finds and checks, as the interfaces below say.
type Adapter struct {
	rest    *rest
	token   secret.Text
	state   bot.State
	inbox   Inbox
	zone    *time.Location
	log     *slog.Logger
	timings timings
	forms   keptForms

	textOnly textOnly
	lost     lost
	kinds    kinds
	guilds   guilds
	reach    reach
	errands  errands
	self     atomic.Pointer[string] // the ID of the bot's user, once Discord has said so

	unpublished  unpublished
	errandRecord errandRecord

	endpoint       endpoint
	withoutGateway bool
	shards         int
	serving        atomic.Pointer[run] // what runs now, or nil
}

var (
	_ bot.Adapter = (*Adapter)(nil)
	_ bot.Limiter = (*Adapter)(nil)
	_ bot.Paced   = (*Adapter)(nil)

	_ http.Handler = (*Adapter)(nil)
)

// New returns an adapter that has not spoken to Discord yet.
func New(cfg Config) (*Adapter, error) {
	clean, err := cleanToken(cfg.Token)
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(cmp.Or(cfg.APIURL, defaultAPIURL))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, errors.New("the API URL is not an http(s) address")
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	key, err := parseKey(cfg.PublicKey)
	if err != nil {
		return nil, err
	}
	if key == nil && cfg.WithoutGateway {
		return nil, errors.New("without the gateway a public key is needed, or no command arrives")
	}
	if key != nil && cfg.Inbox == nil {
		return nil, errors.New("with a public key an Inbox is required")
	}
	token := secret.New(clean)
	a := &Adapter{
		rest: newRest(cfg.Client, base, token, cfg.Logger, cfg.Now), token: token, state: cfg.State, inbox: cfg.Inbox, zone: cfg.Zone, log: cfg.Logger, timings: defaultTimings(),
		forms: keptForms{now: cfg.Now}, textOnly: textOnly{now: cfg.Now}, lost: lost{now: cfg.Now}, endpoint: endpoint{key: key, url: cfg.InteractionsURL, now: cfg.Now},
		withoutGateway: cfg.WithoutGateway, shards: cfg.Shards,
	}
	a.kinds.now, a.errands.now, a.unpublished.now = cfg.Now, cfg.Now, cfg.Now
	return a, a.endpoint.checkURL()
}

// cleanToken removes the word "Bot", and rejects what can't be a token without repeating it.
func cleanToken(token string) (string, error) {
	words := strings.Fields(token)
	if len(words) > 0 && words[0] == "Bot" {
		words = words[1:]
	}
	if len(words) == 0 {
		return "", errors.New("there is no token")
	}
	odd := func(r rune) bool { return unicode.IsControl(r) || r > unicode.MaxASCII }
	if len(words) > 1 || strings.ContainsFunc(words[0], odd) {
		return "", errors.New("the token has characters that no token has")
	}
	return words[0], nil
}

// Platform returns "discord".
func (a *Adapter) Platform() string { return Platform }

// Identify asks Discord once whose token the adapter has. [bot.ErrUnauthorized] is in the chain of its
// error if Discord refuses the token.
func (a *Adapter) Identify(ctx context.Context) (string, error) {
	self, err := a.whoami(ctx)
	if isUnauthorized(err) {
		err = bot.ErrUnauthorized
	}
	return self.Username, err
}

// The limits of sending. Discord names the first, which answers to interactions are exempt from. The
// second is a first guess: it lets clients learn it from headers, and has been 5 in 5 seconds for years.
// discord.com/developers/docs/topics/rate-limits
const (
	requestsPerSecond = 50
	messagesPerWindow = 5
	messageWindow     = 5 * time.Second
)

// Limits returns the same rates for every channel.
func (a *Adapter) Limits(bot.Target) (whole, target []bot.Rate) {
	return []bot.Rate{{N: requestsPerSecond, Per: time.Second}}, []bot.Rate{{N: messagesPerWindow, Per: messageWindow}}
}

// RateKey returns the channel that messages to a target go to: each thread is one.
func (a *Adapter) RateKey(to bot.Target) bot.Target { return channelTarget(cmp.Or(to.Thread, to.Chat)) }

func channelTarget(id string) bot.Target { return bot.Target{Platform: Platform, Chat: id} }

// Pace makes all requests that count toward the bot's global limit take turns with alerts, and passes on how many
// messages Discord says a channel has left.
func (a *Adapter) Pace(p bot.Pacer) { a.rest.pacer = p }
