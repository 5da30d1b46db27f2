package config

import (
	"slices"
	"strings"
)

// Reloaded lists the variables that a running bot takes over anew.
func Reloaded() []string { return []string{"FEEDS", "OPERATORS", "LOG_LEVEL"} }

// RestartFor lists the variables that mean something else in next and that a running bot heeds only after a restart, in the
// order of the alphabet.
func (c *Config) RestartFor(next *Config) []string {
	var names []string
	for name, of := range settled() {
		if of(c) != of(next) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// settled has what each variable means that isn't reloaded. The values can be compared.
func settled() map[string]func(*Config) any {
	return map[string]func(*Config) any{
		"DATABASE_URL":            func(c *Config) any { return c.DatabaseURL.Reveal() },
		"POLL_INTERVAL":           func(c *Config) any { return c.PollInterval },
		"ALLOW_PRIVATE_FEEDS":     func(c *Config) any { return c.AllowPrivateFeeds },
		"FEED_ADDERS":             func(c *Config) any { return c.FeedAdders },
		"FEEDS_PER_PLACE":         func(c *Config) any { return c.FeedsPerPlace },
		"FEEDS_MAX":               func(c *Config) any { return c.FeedsMax },
		"KEEP_ARTICLES":           func(c *Config) any { return c.KeepArticles },
		"TIMEZONE":                func(c *Config) any { return c.Timezone.String() },
		"DISCORD_TOKEN":           func(c *Config) any { return c.Discord.Token.Reveal() },
		"DISCORD_API_URL":         func(c *Config) any { return c.Discord.APIURL },
		"DISCORD_PUBLIC_KEY":      func(c *Config) any { return c.Discord.PublicKey },
		"DISCORD_GATEWAY":         func(c *Config) any { return c.Discord.Gateway },
		"DISCORD_SHARDS":          func(c *Config) any { return c.Discord.Shards },
		"TELEGRAM_TOKEN":          func(c *Config) any { return c.Telegram.Token.Reveal() },
		"TELEGRAM_API_URL":        func(c *Config) any { return c.Telegram.APIURL },
		"TELEGRAM_WEBHOOK_SECRET": func(c *Config) any { return c.Telegram.WebhookSecret.Reveal() },
		"HTTP_ADDR":               func(c *Config) any { return c.HTTPAddr },
		"PUBLIC_URL":              func(c *Config) any { return c.PublicURL },
		"METRICS_TOKEN":           func(c *Config) any { return c.MetricsToken.Reveal() },
		"CONSOLE_TOKEN":           func(c *Config) any { return c.ConsoleToken.Reveal() },
		"PUBLISH_TOKEN":           func(c *Config) any { return c.PublishToken.Reveal() },
		"PUBLISH_TOKENS": func(c *Config) any {
			var all strings.Builder
			for _, t := range c.PublishTokens {
				all.WriteString(t.Source + ":" + t.Token.Reveal() + ",")
			}
			return all.String()
		},
		"LOG_FORMAT": func(c *Config) any { return c.LogFormat },
	}
}
