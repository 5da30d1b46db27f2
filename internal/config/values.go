package config

import (
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // time zones work where the system has no files of them
	"unicode"

	"tidings/internal/secret"
)

// minPollInterval keeps a slip of the pen from hammering other people's servers.
const minPollInterval = time.Second

// Each function here understands the value of one variable, or of one kind of them, and reports what is
// wrong with it. What it returns after a report is not used.

func databaseURL(s secret.Text, fault report) secret.Text {
	const remedy = "write sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE"
	raw := s.Reveal()
	if path, ok := sqlitePath(raw); ok {
		switch {
		case path == "":
			fault("it names no file", remedy)
		case strings.HasPrefix(path, ":memory:"):
			fault("a database in memory would lose every subscription", "write sqlite:FILE")
		case strings.ContainsAny(path, "?\r\n"):
			fault("options after the file aren't supported", "write only sqlite:FILE")
		}
		return s
	}
	if !strings.HasPrefix(raw, "postgres://") && !strings.HasPrefix(raw, "postgresql://") {
		fault("it isn't a supported database", remedy)
	} else if strings.ContainsFunc(raw, unicode.IsSpace) {
		fault("it contains white space", "write %20 for a space")
	}
	return s
}

func pollInterval(value string, fault report) time.Duration {
	d, err := time.ParseDuration(value)
	switch {
	case err != nil:
		fault(shown(value)+" isn't a duration", "write a number and a unit, such as 30s, 5m or 1h")
	case d < minPollInterval:
		fault(shown(value)+" is too short", "write 1s or more")
	}
	return d
}

// minKeepArticles is how long corrections reach what was posted.
const minKeepArticles = 30 * 24 * time.Hour

// keepArticles reads a length of time, in days where it ends in d.
func keepArticles(value string, fault report) time.Duration {
	if value == "" {
		return 0
	}
	days, inDays := strings.CutSuffix(value, "d")
	n, err := strconv.ParseUint(days, 10, 16)
	d := time.Duration(n) * 24 * time.Hour //nolint:gosec // 16 bits of days
	if !inDays {
		d, err = time.ParseDuration(value)
	}
	switch {
	case err != nil:
		fault(shown(value)+" isn't a length of time", "write days, such as 90d, or leave it empty to keep articles for ever")
	case d < minKeepArticles:
		fault(shown(value)+" is too short", "write 30d or more: corrections reach alerts as old as that")
	}
	return d
}

func discord(e *environment, f *faults) Discord {
	secret := e.DiscordToken
	if strings.HasPrefix(secret.Reveal(), "Bot ") {
		f.of("DISCORD_TOKEN")(`it starts with the word "Bot"`, "remove that word")
	} else {
		token(secret, f.of("DISCORD_TOKEN"))
	}
	return Discord{
		Token: secret, APIURL: apiURL(e.DiscordAPIURL, f.of("DISCORD_API_URL")),
		PublicKey: publicKey(e.DiscordPublicKey, f.of("DISCORD_PUBLIC_KEY")),
		Gateway:   onOrOff(e.DiscordGateway, f.of("DISCORD_GATEWAY")),
		Shards:    shards(e.DiscordShards, f.of("DISCORD_SHARDS")),
	}
}

func telegram(e *environment, f *faults) Telegram {
	t := Telegram{
		Token:  token(e.TelegramToken, f.of("TELEGRAM_TOKEN")),
		APIURL: apiURL(e.TelegramAPIURL, f.of("TELEGRAM_API_URL")),

		WebhookSecret: webhookSecret(e.WebhookSecret, f.of("TELEGRAM_WEBHOOK_SECRET")),
	}
	if !t.Token.IsEmpty() && t.APIURL == defaultOf("TELEGRAM_API_URL") && !telegramToken(t.Token) {
		f.of("TELEGRAM_TOKEN")("it doesn't look like 123456789:AAE…", "copy the whole token from @BotFather")
	}
	return t
}

// telegramToken reports whether Telegram may have issued s. Stand-ins for Telegram accept other tokens too.
func telegramToken(s secret.Text) bool {
	return regexp.MustCompile(`^\d+:[\w-]{30,}$`).MatchString(s.Reveal())
}

// defaultOf returns the default of the variable.
func defaultOf(name string) string {
	vars := Variables()
	return vars[slices.IndexFunc(vars, func(v Variable) bool { return v.Name == name })].Default
}

func token(s secret.Text, fault report) secret.Text {
	if strings.ContainsFunc(s.Reveal(), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		fault("it contains white space", "write only the token")
	}
	return s
}

func apiURL(value string, fault report) string {
	u, err := url.Parse(value)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		fault("it isn't the address of a server", "write http:// or https:// and a host")
	case u.User != nil:
		fault("it contains a user or a password", "remove them")
	case u.RawQuery != "", u.ForceQuery, u.Fragment != "":
		fault("it contains a ? or a #", "remove everything from there on")
	}
	return strings.TrimRight(value, "/")
}

func publicURL(value string, fault report) string {
	if value == "" {
		return ""
	}
	return apiURL(value, fault)
}

func httpAddr(value string, fault report) string {
	if value == "" {
		return ""
	}
	_, port, err := net.SplitHostPort(value)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		fault(shown(value)+" isn't an address to listen on",
			"write HOST:PORT, such as 127.0.0.1:8080 or, for every interface, :8080")
	}
	return value
}

func feedAdders(value string, fault report) FeedAdders {
	switch by := FeedAdders(strings.ToLower(value)); by {
	case AddedByManagers, AddedByOperators:
		return by
	}
	fault(shown(value)+" is neither of the two", "write managers or operators")
	return AddedByManagers
}

// atLeastOne reads a whole number from 1 to a million.
func atLeastOne(value string, fault report) int {
	const most = 1_000_000
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > most {
		fault(shown(value)+" isn't a number of feeds", "write a whole number from 1 to 1000000")
	}
	return n
}

func operators(value string, fault report) []Operator {
	var list []Operator
	for _, entry := range entries(value) {
		platform, id, ok := strings.Cut(entry, ":")
		platform, id = strings.ToLower(strings.TrimSpace(platform)), strings.TrimSpace(id)
		_, err := strconv.ParseUint(id, 10, 64)
		switch o := (Operator{Platform: platform, ID: id}); {
		case !ok, platform != "discord" && platform != "telegram":
			fault(shown(entry)+" names no platform", "write discord:ID or telegram:ID")
		case err != nil:
			fault(shown(entry)+" doesn't end in a number", "write the account's ID, not its name")
		case !slices.Contains(list, o):
			list = append(list, o)
		}
	}
	return list
}

// entries splits a list at its commas and drops white space and empty entries.
func entries(value string) []string {
	var list []string
	for entry := range strings.SplitSeq(value, ",") {
		if entry = strings.TrimSpace(entry); entry != "" {
			list = append(list, entry)
		}
	}
	return list
}

func yesOrNo(value string, fault report) bool {
	b, err := strconv.ParseBool(value)
	if err != nil {
		fault(shown(value)+" is neither true nor false", "write true or false")
	}
	return b
}

func timezone(value string, fault report) *time.Location {
	zone, err := time.LoadLocation(value)
	if err != nil {
		fault(shown(value)+" isn't a time zone", "write an IANA name, such as Asia/Seoul, or UTC")
	}
	return zone
}

func logLevel(value string, fault report) slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(value)); err != nil {
		fault(shown(value)+" isn't a log level", "write debug, info, warn or error")
	}
	return level
}

func logFormat(value string, fault report) LogFormat {
	format := LogFormat(strings.ToLower(value))
	if format != LogText && format != LogJSON {
		fault(shown(value)+" isn't a log format", "write text or json")
	}
	return format
}
