package config

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"tidings/internal/secret"
)

// Config is the parsed environment. Every field has a usable value: unset variables have their defaults.
type Config struct {
	DatabaseURL       secret.Text    // begins with "sqlite:", "postgres://" or "postgresql://"; see SQLitePath
	Feeds             []Feed         // in the order given; URLs and given names differ
	PollInterval      time.Duration  // at least a second
	AllowPrivateFeeds bool           // whether feeds of operators may live at private and loopback addresses
	FeedAdders        FeedAdders     // who may follow feeds from chats
	FeedsPerPlace     int            // that managers of one server or group may follow, 1 at least
	FeedsMax          int            // that managers of all of them may follow, 1 at least
	KeepArticles      time.Duration  // 30 days at least; 0 is for ever
	Timezone          *time.Location // of dates that name no zone
	Discord           Discord        // off without a token
	Telegram          Telegram       // off without a token
	Operators         []Operator     // without repetitions
	HTTPAddr          string         // host:port to listen on; empty is off
	PublicURL         string         // where the Internet reaches HTTPAddr, without a slash at the end; empty if it does not
	ConsoleToken      secret.Text    // what signs in to the console; empty leaves the links that operators ask for
	MetricsToken      secret.Text    // what /metrics is shown for; empty shows it to all if there is no PublicURL
	PublishToken      secret.Text    // publishes for every source; without it and PublishTokens the publish API is off
	PublishTokens     []PublishToken // each for one source; tokens differ
	LogLevel          slog.Level
	LogFormat         LogFormat

	// Warnings are sentences about what isn't a fault but probably a mistake, such as a misspelled name.
	Warnings []string
}

// Discord configures the Discord adapter.
type Discord struct {
	Token  secret.Text // without the word "Bot"
	APIURL string      // what comes before /api/v…; without a slash at the end
	// PublicKey is the application's, 64 hexadecimal digits. Empty lets commands come by the gateway alone.
	PublicKey string
	Gateway   bool // whether to connect to it; without it there is a PublicKey
	Shards    int  // of the gateway connection; 0 means as many as Discord recommends
}

// Telegram configures the Telegram adapter.
type Telegram struct {
	Token  secret.Text
	APIURL string // what comes before /bot<token>/<method>; without a slash at the end
	// WebhookSecret comes with updates that Telegram delivers to PublicURL, which is set then. Empty means
	// that updates are polled.
	WebhookSecret secret.Text
}

// Feed is one feed to follow. Its URL may contain a password or a key; printing or logging a Feed shows its name
// alone.
type Feed struct {
	Name string // 1 to 32 of a-z, 0-9 and "-", or empty: the feed is named after its host
	URL  string // http or https
}

// String returns the name.
func (f Feed) String() string { return f.Name }

// GoString returns the name.
func (f Feed) GoString() string { return f.Name }

// LogValue logs the name.
func (f Feed) LogValue() slog.Value { return slog.StringValue(f.Name) }

// PublishToken lets whoever has it publish for one source.
type PublishToken struct {
	Source string // 1 to 32 of a-z, 0-9 and "-"
	Token  secret.Text
}

// Operator is an account that runs the bot.
type Operator struct {
	Platform string // "discord" or "telegram"
	ID       string // decimal digits, as the platform counts its users
}

// FeedAdders says who may follow feeds from chats.
type FeedAdders string

// Who may.
const (
	AddedByManagers  FeedAdders = "managers"  // those who manage a chat, for that
	AddedByOperators FeedAdders = "operators" // who decide about what managers ask for
)

// LogFormat is the shape of log lines.
type LogFormat string

// The log formats.
const (
	LogText LogFormat = "text" // key=value, for people
	LogJSON LogFormat = "json" // one object a line, for collectors
)

// Load reads the environment, given as [os.Environ] gives it, and the .env file in dir, if there is one. What
// environ sets wins. An empty variable counts as unset, except that an empty HTTP_ADDR turns the listener
// off. Relative paths in _FILE variables start at dir.
//
// It fails with an [*Error] that lists every fault found.
func Load(environ []string, dir string) (*Config, error) {
	var f faults
	vars := gather(environ, dir, &f)
	var e environment
	if err := env.ParseWithOptions(&e, env.Options{Environment: vars}); err != nil {
		return nil, fmt.Errorf("read the environment: %w", err)
	}
	if addr, set := vars["HTTP_ADDR"]; set && addr == "" {
		e.HTTPAddr = ""
	}
	cfg := &Config{
		DatabaseURL:       databaseURL(e.DatabaseURL, f.of("DATABASE_URL")),
		Feeds:             feeds(e.Feeds, f.of("FEEDS")),
		PollInterval:      pollInterval(e.PollInterval, f.of("POLL_INTERVAL")),
		AllowPrivateFeeds: yesOrNo(e.AllowPrivateFeeds, f.of("ALLOW_PRIVATE_FEEDS")),
		FeedAdders:        feedAdders(e.FeedAdders, f.of("FEED_ADDERS")),
		FeedsPerPlace:     atLeastOne(e.FeedsPerPlace, f.of("FEEDS_PER_PLACE")),
		FeedsMax:          atLeastOne(e.FeedsMax, f.of("FEEDS_MAX")),
		KeepArticles:      keepArticles(e.KeepArticles, f.of("KEEP_ARTICLES")),
		Timezone:          timezone(e.Timezone, f.of("TIMEZONE")),
		Discord:           discord(&e, &f),
		Telegram:          telegram(&e, &f),
		Operators:         operators(e.Operators, f.of("OPERATORS")),
		HTTPAddr:          httpAddr(e.HTTPAddr, f.of("HTTP_ADDR")),
		PublicURL:         publicURL(e.PublicURL, f.of("PUBLIC_URL")),
		ConsoleToken:      ownToken(e.ConsoleToken, minConsoleToken, f.of("CONSOLE_TOKEN")),
		MetricsToken:      ownToken(e.MetricsToken, minToken, f.of("METRICS_TOKEN")),
		PublishToken:      token(e.PublishToken, f.of("PUBLISH_TOKEN")),
		PublishTokens:     publishTokens(e.PublishTokens, e.PublishToken, f.of("PUBLISH_TOKENS")),
		LogLevel:          logLevel(e.LogLevel, f.of("LOG_LEVEL")),
		LogFormat:         logFormat(e.LogFormat, f.of("LOG_FORMAT")),
		Warnings:          warnings(vars),
	}
	cfg.checkHooks(&f)
	if err := f.err(cfg.Warnings); err != nil {
		return nil, err
	}
	return cfg, nil
}

// SQLitePath returns the path of the SQLite file, as given: a relative one starts at the working directory.
// It reports false if the database is another one.
func (c *Config) SQLitePath() (string, bool) {
	return sqlitePath(c.DatabaseURL.Reveal())
}

func sqlitePath(url string) (string, bool) {
	path, ok := strings.CutPrefix(url, "sqlite:")
	return strings.TrimPrefix(path, "//"), ok
}
