package discord_test

import (
	"testing"

	"tidings/bot"
	"tidings/bot/discord"
)

func TestMessageLink_OpensTheMessage(t *testing.T) {
	tests := map[string]struct {
		to   bot.Target
		r    bot.Receipt
		want string
	}{
		"channel":        {bot.Target{Space: "1", Chat: "2"}, bot.Receipt{MessageID: "9"}, "https://discord.com/channels/1/2/9"},
		"thread":         {bot.Target{Space: "1", Chat: "2", Thread: "3"}, bot.Receipt{MessageID: "9"}, "https://discord.com/channels/1/3/9"},
		"direct message": {bot.Target{Chat: "2"}, bot.Receipt{MessageID: "9"}, "https://discord.com/channels/@me/2/9"},
		"elsewhere":      {bot.Target{Space: "1", Chat: "2"}, bot.Receipt{MessageID: "9", Chat: "4"}, "https://discord.com/channels/1/4/9"},
		"no message":     {bot.Target{Space: "1", Chat: "2"}, bot.Receipt{}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := new(discord.Adapter).MessageLink(tt.to, tt.r); got != tt.want {
				t.Errorf("MessageLink = %q, want %q", got, tt.want)
			}
		})
	}
}
