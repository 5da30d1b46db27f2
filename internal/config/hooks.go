package config

import (
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tidings/internal/lazyregexp"
	"tidings/internal/secret"
)

// keyBytes is the length of an Ed25519 public key, as Discord gives every application.
const keyBytes = 32

func publicKey(value string, fault report) string {
	if value == "" {
		return ""
	}
	if key, err := hex.DecodeString(value); err != nil || len(key) != keyBytes {
		fault(shown(value)+" isn't a public key", "copy the 64 digits of Public Key from the General Information page")
	}
	return strings.ToLower(value)
}

// webhookSecretForm is what Telegram accepts; core.telegram.org/bots/api#setwebhook
var webhookSecretForm = lazyregexp.New(`^[A-Za-z0-9_-]{0,256}$`)

func webhookSecret(s secret.Text, fault report) secret.Text {
	if !webhookSecretForm.MatchString(s.Reveal()) {
		fault("it has characters that Telegram doesn't accept, or more than 256", "use only A-Z, a-z, 0-9, _ and -")
	}
	return s
}

func onOrOff(value string, fault report) bool {
	switch strings.ToLower(value) {
	case "on", "true":
		return true
	case "off", "false":
		return false
	}
	fault(shown(value)+" is neither on nor off", "write on or off")
	return true
}

// maxShards is far above what any bot has.
const maxShards = 10_000

// shards returns 0 for auto.
func shards(value string, fault report) int {
	if strings.EqualFold(value, "auto") {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxShards {
		fault(shown(value)+" isn't a number of shards", "write auto, or a number from 1 up")
	}
	return n
}

// webhookPorts are those that Telegram connects to; core.telegram.org/bots/api#setwebhook
func webhookPorts() []string { return []string{"", "443", "80", "88", "8443"} }

// checkHooks reports what prevents the platforms from reaching the program over HTTP.
func (c *Config) checkHooks(f *faults) {
	u, err := url.Parse(c.PublicURL)
	if err != nil {
		return // it has been reported
	}
	byDiscord, byTelegram := c.Discord.PublicKey != "", !c.Telegram.WebhookSecret.IsEmpty()
	if byDiscord && c.HTTPAddr == "" {
		f.of("DISCORD_PUBLIC_KEY")("HTTP_ADDR is empty, so nothing listens for Discord", "set HTTP_ADDR")
	}
	if !byDiscord && !c.Discord.Gateway {
		f.of("DISCORD_GATEWAY")("without the gateway, no commands arrive", "set DISCORD_PUBLIC_KEY too")
	}
	switch {
	case byTelegram && c.HTTPAddr == "":
		f.of("TELEGRAM_WEBHOOK_SECRET")("HTTP_ADDR is empty, so nothing listens for Telegram", "set HTTP_ADDR")
	case byTelegram && c.PublicURL == "":
		f.of("TELEGRAM_WEBHOOK_SECRET")("Telegram has no address to deliver to", "set PUBLIC_URL")
	}
	byDiscord = byDiscord && c.Discord.APIURL == defaultOf("DISCORD_API_URL") // stand-ins are not so strict
	byTelegram = byTelegram && c.Telegram.APIURL == defaultOf("TELEGRAM_API_URL")
	switch {
	case c.PublicURL == "":
	case (byDiscord || byTelegram) && u.Scheme != "https":
		f.of("PUBLIC_URL")("it doesn't begin with https://, which Discord and Telegram require", "put an HTTPS proxy in front")
	case byTelegram && !slices.Contains(webhookPorts(), u.Port()):
		f.of("PUBLIC_URL")("Telegram doesn't connect to that port", "use 443, 80, 88 or 8443")
	}
}
