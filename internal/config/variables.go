package config

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"tidings/internal/secret"
	"tidings/internal/typo"
)

// environment is what the variables say before it is understood, in the order in which people should meet
// them. Its tags are the only list of names and defaults; a secret can also be read from the
// file that NAME_FILE names.
type environment struct {
	DatabaseURL       secret.Text `env:"DATABASE_URL" envDefault:"sqlite:tidings.db"`
	Feeds             string      `env:"FEEDS"`
	PollInterval      string      `env:"POLL_INTERVAL" envDefault:"5m"`
	AllowPrivateFeeds string      `env:"ALLOW_PRIVATE_FEEDS" envDefault:"false"`
	FeedAdders        string      `env:"FEED_ADDERS" envDefault:"managers"`
	FeedsPerPlace     string      `env:"FEEDS_PER_PLACE" envDefault:"20"`
	FeedsMax          string      `env:"FEEDS_MAX" envDefault:"2000"`
	KeepArticles      string      `env:"KEEP_ARTICLES"`
	Timezone          string      `env:"TIMEZONE" envDefault:"UTC"`
	DiscordToken      secret.Text `env:"DISCORD_TOKEN"`
	DiscordAPIURL     string      `env:"DISCORD_API_URL" envDefault:"https://discord.com"`
	DiscordPublicKey  string      `env:"DISCORD_PUBLIC_KEY"`
	DiscordGateway    string      `env:"DISCORD_GATEWAY" envDefault:"on"`
	DiscordShards     string      `env:"DISCORD_SHARDS" envDefault:"1"`
	TelegramToken     secret.Text `env:"TELEGRAM_TOKEN"`
	TelegramAPIURL    string      `env:"TELEGRAM_API_URL" envDefault:"https://api.telegram.org"`
	WebhookSecret     secret.Text `env:"TELEGRAM_WEBHOOK_SECRET"`
	Operators         string      `env:"OPERATORS"`
	HTTPAddr          string      `env:"HTTP_ADDR" envDefault:"127.0.0.1:8080"`
	PublicURL         string      `env:"PUBLIC_URL"`
	ConsoleToken      secret.Text `env:"CONSOLE_TOKEN"`
	MetricsToken      secret.Text `env:"METRICS_TOKEN"`
	PublishToken      secret.Text `env:"PUBLISH_TOKEN"`
	PublishTokens     secret.Text `env:"PUBLISH_TOKENS"`
	LogLevel          string      `env:"LOG_LEVEL" envDefault:"info"`
	LogFormat         string      `env:"LOG_FORMAT" envDefault:"text"`
}

// fileSuffix makes the name of the variable that names a secret's file.
const fileSuffix = "_FILE"

// Variable describes one variable of the environment.
type Variable struct {
	Name    string
	Default string // what an unset or empty variable stands for
	Secret  bool   // never shown, and also read from the file that Name + "_FILE" names
}

// Variables lists every variable that the program reads, in the order of .env.example.
func Variables() []Variable {
	t := reflect.TypeFor[environment]()
	vars := make([]Variable, 0, t.NumField())
	for field := range t.Fields() {
		vars = append(vars, Variable{
			Name:    field.Tag.Get("env"),
			Default: field.Tag.Get("envDefault"),
			Secret:  field.Type == reflect.TypeFor[secret.Text](),
		})
	}
	return vars
}

// warnings names the variables of vars that look like misspelled ones of ours. The environment is full of other
// programs' variables, so a likeness isn't a fault.
func warnings(vars map[string]string) []string {
	var found []string
	for name := range vars {
		if w := warning(name); w != "" {
			found = append(found, w)
		}
	}
	slices.Sort(found)
	return found
}

func warning(name string) string {
	meant, slips := "", math.MaxInt
	nearest := func(known string) {
		if n, ok := resembles(name, known); ok && n < slips {
			meant, slips = known, n
		}
	}
	for _, known := range Variables() {
		switch {
		case name == known.Name, known.Secret && name == known.Name+fileSuffix:
			return ""
		case name == known.Name+fileSuffix:
			return fmt.Sprintf("%s is ignored; only secrets can be read from a file, so set %s", name, known.Name)
		}
		nearest(known.Name)
		if known.Secret {
			nearest(known.Name + fileSuffix)
		}
	}
	if meant == "" {
		return ""
	}
	return fmt.Sprintf("%s is ignored; did you mean %s?", name, meant)
}

// resembles reports whether someone who wrote name probably meant known, and by how many slips: the same but for case, a slip
// or two of the keyboard, words in another order, our name before it, or a word too many in the middle, as in
// DISCORD_BOT_TOKEN.
func resembles(name, known string) (slips int, ok bool) {
	upper := strings.TrimPrefix(strings.ToUpper(name), "TIDINGS_")
	most := 1
	if len(known) >= 9 { // shorter names lie too near to ordinary words
		most = 2
	}
	if n := typo.Distance(upper, known); n <= most {
		return n, true
	}
	words := strings.Split(upper, "_")
	if slices.Equal(slices.Sorted(slices.Values(words)), slices.Sorted(slices.Values(strings.Split(known, "_")))) {
		return most, true
	}
	for i := 1; i < len(words)-1; i++ {
		if strings.Join(slices.Delete(slices.Clone(words), i, i+1), "_") == known {
			return most, true
		}
	}
	return 0, false
}
