package config

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/internal/secret"
)

const telegramExample = "123456789:AAexample_example-example_example"

// load calls Load without a .env file.
func load(t *testing.T, environ ...string) (*Config, error) {
	t.Helper()
	return Load(environ, t.TempDir())
}

// mustLoad is load for environments that are in order.
func mustLoad(t *testing.T, environ ...string) *Config {
	t.Helper()
	cfg, err := load(t, environ...)
	if err != nil {
		t.Fatalf("Load(%q): %v", environ, err)
	}
	return cfg
}

func TestLoad_GivesDefaultsForAnEmptyEnvironment(t *testing.T) {
	want := &Config{
		DatabaseURL:  secret.New("sqlite:tidings.db"),
		PollInterval: 5 * time.Minute,
		FeedAdders:   AddedByManagers, FeedsPerPlace: 20, FeedsMax: 2000,
		Discord:   Discord{APIURL: "https://discord.com", Gateway: true, Shards: 1},
		Telegram:  Telegram{APIURL: "https://api.telegram.org"},
		HTTPAddr:  "127.0.0.1:8080",
		Timezone:  time.UTC,
		LogLevel:  slog.LevelInfo,
		LogFormat: LogText,
	}
	got := mustLoad(t)
	if diff := diffConfig(want, got); diff != "" {
		t.Errorf("unset variables (-want +got):\n%s", diff)
	}
	var blank []string
	for _, v := range Variables() {
		if v.Name != "HTTP_ADDR" {
			blank = append(blank, v.Name+"= ")
		}
	}
	if diff := diffConfig(want, mustLoad(t, blank...)); diff != "" {
		t.Errorf("blank variables (-want +got):\n%s", diff)
	}
}

// diffConfig compares two configs, secrets by what they hide and zones by name.
func diffConfig(want, got *Config) string {
	return cmp.Diff(want, got,
		cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
		cmp.Comparer(func(a, b secret.Text) bool { return a.Reveal() == b.Reveal() }))
}

func TestLoad_UnderstandsEveryVariable(t *testing.T) {
	got := mustLoad(t,
		"DATABASE_URL=postgres://tidings:hush@db.example.com/tidings",
		"FEEDS= https://www.nknews.org/feed/?a=b&c=d , wire=https://example.com/rss?key=K%2C1,",
		"POLL_INTERVAL=90s",
		"DISCORD_TOKEN=\tdiscord-token\n",
		"DISCORD_API_URL=http://127.0.0.1:9001/",
		"DISCORD_PUBLIC_KEY="+strings.Repeat("Ab", 32),
		"DISCORD_GATEWAY=off",
		"DISCORD_SHARDS=Auto",
		"TELEGRAM_WEBHOOK_SECRET=hook-secret",
		"TELEGRAM_TOKEN="+telegramExample,
		"TELEGRAM_API_URL=http://bot-api:8081/prefix/",
		"HTTP_ADDR=:9090",
		"PUBLIC_URL=https://tidings.example.com/",
		"CONSOLE_TOKEN=console-token-of-ours",
		"METRICS_TOKEN=metrics-token-of-ours",
		"PUBLISH_TOKEN=publish-token",
		"PUBLISH_TOKENS=wire:publish-token-of-the-wire",
		"OPERATORS=discord:80351110224678912, Telegram:42,discord:80351110224678912",
		"ALLOW_PRIVATE_FEEDS=true",
		"FEED_ADDERS=Operators",
		"FEEDS_PER_PLACE=7",
		"FEEDS_MAX=70",
		"TIMEZONE=Asia/Seoul",
		"LOG_LEVEL=DEBUG",
		"LOG_FORMAT=json")
	seoul, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{
		DatabaseURL: secret.New("postgres://tidings:hush@db.example.com/tidings"),
		Feeds: []Feed{
			{URL: "https://www.nknews.org/feed/?a=b&c=d"},
			{Name: "wire", URL: "https://example.com/rss?key=K%2C1"},
		},
		PollInterval:      90 * time.Second,
		Discord:           Discord{Token: secret.New("discord-token"), APIURL: "http://127.0.0.1:9001", PublicKey: strings.Repeat("ab", 32)},
		Telegram:          Telegram{Token: secret.New(telegramExample), APIURL: "http://bot-api:8081/prefix", WebhookSecret: secret.New("hook-secret")},
		HTTPAddr:          ":9090",
		PublicURL:         "https://tidings.example.com",
		ConsoleToken:      secret.New("console-token-of-ours"),
		MetricsToken:      secret.New("metrics-token-of-ours"),
		PublishToken:      secret.New("publish-token"),
		PublishTokens:     []PublishToken{{"wire", secret.New("publish-token-of-the-wire")}},
		Operators:         []Operator{{"discord", "80351110224678912"}, {"telegram", "42"}},
		AllowPrivateFeeds: true,
		FeedAdders:        AddedByOperators,
		FeedsPerPlace:     7,
		FeedsMax:          70,
		Timezone:          seoul,
		LogLevel:          slog.LevelDebug,
		LogFormat:         LogJSON,
	}
	if diff := diffConfig(want, got); diff != "" {
		t.Errorf("Load (-want +got):\n%s", diff)
	}
}

func TestLoad_TurnsTheListenerOffOnlyWhenHTTPAddrIsSetEmpty(t *testing.T) {
	if got := mustLoad(t, "HTTP_ADDR=").HTTPAddr; got != "" {
		t.Errorf("HTTP_ADDR set empty gives %q, want it off", got)
	}
	if got := mustLoad(t).HTTPAddr; got != "127.0.0.1:8080" {
		t.Errorf("HTTP_ADDR unset gives %q, want the default", got)
	}
}

func TestLoad_RefusesWithVariableAndRemedy(t *testing.T) {
	tests := []struct {
		environ, remedy string
	}{
		{"DATABASE_URL=tidings.db", "sqlite:FILE"},
		{"DATABASE_URL=mysql://root@db/x", "postgres://"},
		{"DATABASE_URL=sqlite:", "sqlite:FILE"},
		{"DATABASE_URL=sqlite::memory:", "sqlite:FILE"},
		{"DATABASE_URL=sqlite:tidings.db?mode=ro", "only sqlite:FILE"},
		{"DATABASE_URL=postgres://u:p w@db/x", "%20"},
		{"FEEDS=example.com/rss", "begins with http"},
		{"FEEDS=ftp://example.com/rss", "begins with http"},
		{"FEEDS=https://", "begins with http"},
		{"FEEDS=https://a.example/?tags=x,y", "%2C"},
		{"FEEDS=https://a.example/rss https://b.example/rss", "commas"},
		{"FEEDS=My Feed=https://a.example/rss", "a-z, 0-9 and -"},
		{"FEEDS==https://a.example/rss", "a-z, 0-9 and -"},
		{"FEEDS=" + strings.Repeat("x", 33) + "=https://a.example/rss", "a-z, 0-9 and -"},
		{"FEEDS=x=https://a.example/1,x=https://a.example/2", "rename"},
		{"FEEDS=https://a.example/1,y=https://a.example/1", "leave one out"},
		{"POLL_INTERVAL=5", "30s, 5m or 1h"},
		{"POLL_INTERVAL=999ms", "1s or more"},
		{"POLL_INTERVAL=-5m", "1s or more"},
		{"KEEP_ARTICLES=ages", "90d"},
		{"KEEP_ARTICLES=-90d", "90d"},
		{"KEEP_ARTICLES=29d", "30d or more"},
		{"KEEP_ARTICLES=0", "30d or more"},
		{"DISCORD_TOKEN=Bot abc", "remove that word"},
		{"DISCORD_TOKEN=a b", "only the token"},
		{"DISCORD_API_URL=discord.com", "https://"},
		{"DISCORD_API_URL=https://user:pw@discord.com", "remove them"},
		{"DISCORD_API_URL=https://discord.com?x=1", "remove everything"},
		{"DISCORD_API_URL=https://discord.com/#x", "remove everything"},
		{"DISCORD_PUBLIC_KEY=none", "64 digits"},
		{"DISCORD_PUBLIC_KEY=" + strings.Repeat("ab", 31), "64 digits"},
		{"DISCORD_GATEWAY=maybe", "on or off"},
		{"DISCORD_GATEWAY=off", "DISCORD_PUBLIC_KEY"},
		{"DISCORD_SHARDS=0", "auto"},
		{"DISCORD_SHARDS=many", "auto"},
		{"TELEGRAM_WEBHOOK_SECRET=secret", "PUBLIC_URL"},
		{"TELEGRAM_TOKEN=AAEhBOweik6ad9r", "@BotFather"},
		{"TELEGRAM_API_URL=unix:/run/bot.sock", "https://"},
		{"TELEGRAM_API_URL=http://exa mple.com", "https://"},
		{"HTTP_ADDR=8080", "127.0.0.1:8080"},
		{"HTTP_ADDR=localhost:http", "127.0.0.1:8080"},
		{"HTTP_ADDR=:70000", "127.0.0.1:8080"},
		{"PUBLISH_TOKEN=a\nb", "only the token"},
		{"METRICS_TOKEN=fifteen-letters", "openssl rand"},
		{"CONSOLE_TOKEN=nineteen-long-token", "openssl rand"},
		{"METRICS_TOKEN=white space in a token", "only the token"},
		{"OPERATORS=80351110224678912", "discord:ID"},
		{"OPERATORS=irc:1", "discord:ID"},
		{"OPERATORS=telegram:@ann", "ID"},
		{"OPERATORS=telegram:-5", "ID"},
		{"ALLOW_PRIVATE_FEEDS=yes please", "true or false"},
		{"FEED_ADDERS=everybody", "managers or operators"},
		{"FEEDS_PER_PLACE=0", "from 1 to"},
		{"FEEDS_MAX=many", "from 1 to"},
		{"TIMEZONE=Seoul", "Asia/Seoul"},
		{"LOG_LEVEL=loud", "debug, info, warn or error"},
		{"LOG_FORMAT=xml", "text or json"},
	}
	for _, tt := range tests {
		t.Run(tt.environ, func(t *testing.T) {
			_, err := load(t, tt.environ)
			faults, ok := errors.AsType[*Error](err)
			if !ok || len(faults.Faults) != 1 {
				t.Fatalf("Load gives %v, want one fault", err)
			}
			f := faults.Faults[0]
			if name, _, _ := strings.Cut(tt.environ, "="); f.Variable != name {
				t.Errorf("the fault is laid to %s, want %s", f.Variable, name)
			}
			if !strings.Contains(f.Remedy, tt.remedy) {
				t.Errorf("%q does not say %q", f, tt.remedy)
			}
		})
	}
}

func TestLoad_SaysWhyPlatformsCannotReachTheBot(t *testing.T) {
	key := "DISCORD_PUBLIC_KEY=" + strings.Repeat("ab", 32)
	for _, tt := range []struct {
		environ []string
		want    string // the variable at fault; empty if it is well
	}{
		{[]string{key}, ""},
		{[]string{key, "PUBLIC_URL=https://a.example", "DISCORD_GATEWAY=off"}, ""},
		{[]string{key, "PUBLIC_URL=http://a.example"}, "PUBLIC_URL"},
		{[]string{key, "PUBLIC_URL=http://a.example", "DISCORD_API_URL=http://127.0.0.1:1"}, ""},
		{[]string{key, "HTTP_ADDR="}, "DISCORD_PUBLIC_KEY"},
		{[]string{"PUBLIC_URL=http://a.example"}, ""},
		{[]string{"TELEGRAM_WEBHOOK_SECRET=s", "PUBLIC_URL=https://a.example:8443"}, ""},
		{[]string{"TELEGRAM_WEBHOOK_SECRET=s", "PUBLIC_URL=https://a.example:8444"}, "PUBLIC_URL"},
		{[]string{"TELEGRAM_WEBHOOK_SECRET=s", "PUBLIC_URL=http://a.example"}, "PUBLIC_URL"},
		{[]string{"TELEGRAM_WEBHOOK_SECRET=s", "PUBLIC_URL=http://a.example:81", "TELEGRAM_API_URL=http://127.0.0.1:1"}, ""},
		{[]string{"TELEGRAM_WEBHOOK_SECRET=s", "PUBLIC_URL=https://a.example", "HTTP_ADDR="}, "TELEGRAM_WEBHOOK_SECRET"},
	} {
		_, err := load(t, tt.environ...)
		if tt.want == "" {
			if err != nil {
				t.Errorf("%q: %v", tt.environ, err)
			}
			continue
		}
		if faults, ok := errors.AsType[*Error](err); !ok || len(faults.Faults) != 1 || faults.Faults[0].Variable != tt.want {
			t.Errorf("%q: %v, want one fault of %s", tt.environ, err, tt.want)
		}
	}
}

func TestLoad_ReportsAllFaultsTogetherEachOnItsLine(t *testing.T) {
	_, err := load(t,
		"LOG_LEVEL=loud", "POLL_INTERVAL=5", "FEEDS=gopher://a.example,b",
		"DISCORD_TOKEN=x", "DISCORD_TOKEN_FILE=/run/x", "TELEGRAM_TOKEN_FILE=missing")
	if err == nil {
		t.Fatal("Load accepts a broken environment")
	}
	var got []string
	for line := range strings.Lines(err.Error()) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), ":")
		got = append(got, name)
	}
	want := []string{
		"invalid environment", "DISCORD_TOKEN_FILE", "TELEGRAM_TOKEN_FILE",
		"FEEDS", "FEEDS", "POLL_INTERVAL", "LOG_LEVEL",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s\n%v", diff, err)
	}
}

func TestLoad_NamesMisspelledVariablesBesideFaults(t *testing.T) {
	_, err := load(t, "LOG_LEVEL=loud", "TELEGRAM_TOKN=x")
	if err == nil || !strings.Contains(err.Error(), "\n  TELEGRAM_TOKN is ignored; did you mean TELEGRAM_TOKEN?") {
		t.Errorf("%v", err)
	}
}

func TestLoad_ErrorsAndWarningsHideSecrets(t *testing.T) {
	const hush = "hush4f1c"
	dir := t.TempDir()
	environs := [][]string{
		{"DATABASE_URL=mysql://u:" + hush + "@db"},
		{"DATABASE_URL=postgres://u:" + hush + " x@db"},
		{"DATABASE_URL=sqlite:" + hush + "?x"},
		{"DISCORD_TOKEN=Bot " + hush},
		{"TELEGRAM_TOKEN=" + hush},
		{"PUBLISH_TOKEN=" + hush + " " + hush},
		{"PUBLISH_TOKEN_FILE=" + hush},
		{"TELEGRAM_WEBHOOK_SECRET=" + hush + "!", "PUBLIC_URL=https://a.example"},
		{"TELEGRAM_WEBHOOK_SECRET=" + hush},
		{"PUBLISH_TOKEN_FILE=x", "PUBLISH_TOKEN=" + hush},
		{"FEEDS=https://u:" + hush + "@a.example/ x"},
		{"FEEDS=https://a.example/?key=" + hush + "%zz x"},
		{"FEEDS=ftp://u:" + hush + "@a.example/"},
		{"FEEDS=https://a.example/?key=" + hush + ",https://a.example/?key=" + hush},
		{"DISCORD_API_URL=https://u:" + hush + "@discord.com"},
		{"TELEGRAM_API_URL=https://a.example/?key=" + hush},
		{"LOG_LEVEL=" + strings.Repeat(hush, 8)},
	}
	for _, environ := range environs {
		_, err := Load(environ, dir)
		if err == nil {
			t.Errorf("Load(%q) accepts it, so the case shows nothing", environ)
		} else if strings.Contains(err.Error(), hush) {
			t.Errorf("Load(%q) shows the secret: %v", environ, err)
		}
	}
	cfg := mustLoad(t, "TELEGRAM_TOKN="+hush)
	if strings.Contains(fmt.Sprint(cfg.Warnings), hush) {
		t.Errorf("warnings show the secret: %q", cfg.Warnings)
	}
}

func TestConfig_PrintsNoSecret(t *testing.T) {
	const hush = "hush4f1c"
	cfg := mustLoad(t, "DATABASE_URL=postgres://u:"+hush+"@db/x", "DISCORD_TOKEN="+hush, "PUBLISH_TOKEN="+hush,
		"TELEGRAM_API_URL=http://localhost", "TELEGRAM_TOKEN="+hush, "FEEDS=https://u:"+hush+"@a.example/?k="+hush)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "feed", cfg.Feeds[0], "token", cfg.Discord.Token, "config", *cfg)
	for _, text := range []string{fmt.Sprint(*cfg), fmt.Sprintf("%+v", *cfg), fmt.Sprintf("%#v", *cfg), log.String()} {
		if strings.Contains(text, hush) {
			t.Errorf("shows a secret: %s", text)
		}
	}
}

func TestKeepArticles_IsInDaysOrHours(t *testing.T) {
	for value, want := range map[string]time.Duration{"": 0, "90d": 90 * 24 * time.Hour, "2160h": 2160 * time.Hour, "30d": 30 * 24 * time.Hour} {
		if got := mustLoad(t, "KEEP_ARTICLES="+value).KeepArticles; got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

func TestTelegramToken_MayBeAnythingForAStandIn(t *testing.T) {
	cfg := mustLoad(t, "TELEGRAM_TOKEN=demo", "TELEGRAM_API_URL=http://127.0.0.1:9002")
	if got := cfg.Telegram.Token.Reveal(); got != "demo" {
		t.Errorf("token is %q, want demo", got)
	}
	if _, err := load(t, "TELEGRAM_TOKEN=demo", "TELEGRAM_API_URL=https://api.telegram.org/"); err == nil {
		t.Error("a token that Telegram cannot have given out is accepted for Telegram itself")
	}
}

func TestSQLitePath(t *testing.T) {
	tests := []struct {
		url, path string
		ok        bool
	}{
		{"sqlite:tidings.db", "tidings.db", true},
		{"sqlite:/data/tidings.db", "/data/tidings.db", true},
		{"sqlite:///data/tidings.db", "/data/tidings.db", true},
		{"sqlite://tidings.db", "tidings.db", true},
		{"sqlite:my news.db", "my news.db", true},
		{"postgres://db/tidings", "", false},
		{"postgresql://db/tidings", "", false},
	}
	for _, tt := range tests {
		path, ok := mustLoad(t, "DATABASE_URL="+tt.url).SQLitePath()
		if ok != tt.ok || ok && path != tt.path {
			t.Errorf("SQLitePath of %s = %q, %t; want %q, %t", tt.url, path, ok, tt.path, tt.ok)
		}
	}
}

// TestExample_UncommentedGivesTheDefaults checks .env.example against what Load understands, comments and all.
func TestExample_UncommentedGivesTheDefaults(t *testing.T) {
	text, err := os.ReadFile("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "#"); ok && rest != "" && 'A' <= rest[0] && rest[0] <= 'Z' {
			line = rest
		}
		lines = append(lines, line)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, ".env"), strings.Join(lines, ""))
	got, err := Load(nil, dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := diffConfig(mustLoad(t), got); diff != "" {
		t.Errorf("the example, uncommented (-defaults +example):\n%s", diff)
	}
}
