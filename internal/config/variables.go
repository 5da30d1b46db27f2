package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// environment is what the variables say before it is understood, in the order in which people should meet
// them. Its tags are the only list of names and defaults; a field of type Secret can also be read from the
// file that NAME_FILE names.
type environment struct {
	DatabaseURL       Secret `env:"DATABASE_URL" envDefault:"sqlite:tidings.db"`
	Feeds             string `env:"FEEDS"`
	PollInterval      string `env:"POLL_INTERVAL" envDefault:"5m"`
	AllowPrivateFeeds string `env:"ALLOW_PRIVATE_FEEDS" envDefault:"false"`
	Timezone          string `env:"TIMEZONE" envDefault:"UTC"`
	DiscordToken      Secret `env:"DISCORD_TOKEN"`
	DiscordAPIURL     string `env:"DISCORD_API_URL" envDefault:"https://discord.com"`
	DiscordPublicKey  string `env:"DISCORD_PUBLIC_KEY"`
	DiscordGateway    string `env:"DISCORD_GATEWAY" envDefault:"on"`
	DiscordShards     string `env:"DISCORD_SHARDS" envDefault:"1"`
	TelegramToken     Secret `env:"TELEGRAM_TOKEN"`
	TelegramAPIURL    string `env:"TELEGRAM_API_URL" envDefault:"https://api.telegram.org"`
	WebhookSecret     Secret `env:"TELEGRAM_WEBHOOK_SECRET"`
	Operators         string `env:"OPERATORS"`
	HTTPAddr          string `env:"HTTP_ADDR" envDefault:"127.0.0.1:8080"`
	PublicURL         string `env:"PUBLIC_URL"`
	PublishToken      Secret `env:"PUBLISH_TOKEN"`
	LogLevel          string `env:"LOG_LEVEL" envDefault:"info"`
	LogFormat         string `env:"LOG_FORMAT" envDefault:"text"`
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
			Secret:  field.Type == reflect.TypeFor[Secret](),
		})
	}
	return vars
}

// warnings names the variables of vars that look like misspelled ones of ours. The environment is full of other
// programs' variables, so a likeness is no fault.
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
	var meant string
	for _, known := range Variables() {
		switch {
		case name == known.Name, known.Secret && name == known.Name+fileSuffix:
			return ""
		case name == known.Name+fileSuffix:
			return fmt.Sprintf("%s is not read; only secrets can come from a file, so set %s", name, known.Name)
		case resembles(name, known.Name):
			meant = known.Name
		case known.Secret && resembles(name, known.Name+fileSuffix):
			meant = known.Name + fileSuffix
		}
	}
	if meant == "" {
		return ""
	}
	return fmt.Sprintf("%s is not read; did you mean %s?", name, meant)
}

// resembles reports whether someone who wrote name probably meant known: the same but for case, a slip or
// two of the keyboard, or a word too many in the middle, as in DISCORD_BOT_TOKEN.
func resembles(name, known string) bool {
	upper := strings.ToUpper(name)
	slips := 1
	if len(known) >= 9 { // shorter names lie too near to ordinary words
		slips = 2
	}
	if distance(upper, known) <= slips {
		return true
	}
	words := strings.Split(upper, "_")
	for i := 1; i < len(words)-1; i++ {
		if strings.Join(slices.Delete(slices.Clone(words), i, i+1), "_") == known {
			return true
		}
	}
	return false
}

// distance counts the insertions, deletions, replacements and swaps of neighboring bytes that turn a into b.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
