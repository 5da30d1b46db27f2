package telegram_test

import (
	"testing"

	"tidings/bot"
	"tidings/bot/telegram"
)

func TestMessageLink_OpensTheMessageForMembers(t *testing.T) {
	tests := map[string]struct {
		to   bot.Target
		r    bot.Receipt
		want string
	}{
		"channel":      {bot.Target{Chat: "-1001234"}, bot.Receipt{MessageID: "9"}, "https://t.me/c/1234/9"},
		"moved":        {bot.Target{Chat: "-77"}, bot.Receipt{MessageID: "9", Chat: "-1001234"}, "https://t.me/c/1234/9"},
		"group":        {bot.Target{Chat: "-77"}, bot.Receipt{MessageID: "9"}, ""},
		"private chat": {bot.Target{Chat: "77"}, bot.Receipt{MessageID: "9"}, ""},
		"no message":   {bot.Target{Chat: "-1001234"}, bot.Receipt{}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := new(telegram.Adapter).MessageLink(tt.to, tt.r); got != tt.want {
				t.Errorf("MessageLink = %q, want %q", got, tt.want)
			}
		})
	}
}
