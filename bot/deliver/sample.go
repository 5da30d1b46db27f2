package deliver

import (
	"time"

	"tidings/bot"
)

// Sample returns an alert of an invented article, to see whether alerts reach a chat and how they look there.
func Sample(now time.Time, zone *time.Location) bot.Message {
	a := bot.Article{
		Source: "tidings", Title: "Test alert", Summary: "Alerts reach this chat. An operator of the bot sent this to make sure; there's nothing to do.",
		Published: now,
	}
	m := Preview(&a, zone)
	m.Key = bot.NewKey()
	return m
}
