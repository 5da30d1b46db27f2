package discord

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"tidings/bot"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

func TestIdentify_SaysWhoseTokenItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{Unlimited: true, BotName: "Courier"})
	if name, err := w.adapter.Identify(within(t)); err != nil || name != "Courier" {
		t.Errorf("Identify returned %q, %v, want the bot's name", name, err)
	}
	const wrong = "a-token-that-was-revoked"
	_, err := w.newAdapter(t, wrong, w.url).Identify(within(t))
	if !errors.Is(err, bot.ErrUnauthorized) || strings.Contains(err.Error(), wrong) {
		t.Errorf("with a wrong token: %v, want ErrUnauthorized without the token", err)
	}
	_, err = w.newAdapter(t, testToken, "http://127.0.0.1:1").Identify(within(t))
	if err == nil || errors.Is(err, bot.ErrUnauthorized) || strings.Contains(err.Error(), testToken) {
		t.Errorf("without a connection: %v, want another error, without the token", err)
	}
}

// The connection is read by the one goroutine that receives, so nothing an event brings may delay or end it.
func TestReceive_SurvivesNonsenseAndBursts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{})
	r := &run{
		Adapter: w.adapter, applications: make(chan string, 1),
		interactions: make(chan *interaction, 1), presences: make(chan *bot.Presence, 1),
	}
	receive := func(event, raw string) {
		r.receive(shard{}, &discordgo.Event{Type: event, RawData: json.RawMessage(raw)})
	}
	kinds := []string{
		"READY", "RESUMED", "INTERACTION_CREATE", "GUILD_CREATE", "GUILD_DELETE", "CHANNEL_UPDATE", "CHANNEL_DELETE",
		"THREAD_UPDATE", "THREAD_DELETE", "THREAD_LIST_SYNC", "GUILD_ROLE_UPDATE", "GUILD_MEMBER_UPDATE", "NEWS_TO_US",
	}
	for _, event := range kinds {
		for _, raw := range []string{`[]`, `7`, `{"id":`, ``} {
			receive(event, raw)
		}
	}
	if n := len(r.interactions) + len(r.presences) + len(r.applications); n != 0 {
		t.Errorf("%d events were made of nonsense", n)
	}
	for i := range 3 {
		receive("INTERACTION_CREATE", `{"id":"1","type":2}`)
		receive("GUILD_CREATE", fmt.Sprintf(`{"id":"%d"}`, i+1))
		receive("READY", `{"application":{"id":"1"}}`)
	}
	if len(r.interactions) != 1 || len(r.presences) != 1 || len(r.applications) != 1 {
		t.Errorf("queued are %d, %d and %d, want one of each", len(r.interactions), len(r.presences), len(r.applications))
	}
	for _, words := range []string{"cannot be read", "event dropped"} {
		if !strings.Contains(w.log.String(), words) {
			t.Errorf("the log does not say %q:\n%s", words, w.log)
		}
	}
}
