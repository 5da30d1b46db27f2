package bottest

import (
	"strings"
	"testing"

	"tidings/bot"
)

func sendsFile(t *testing.T, x *adapterSuite) {
	long := strings.Repeat("word ", 400)
	for name, text := range map[string]string{"setup.json": "a *file* for <you>", "odd “name”.json": "another", "long.json": long} {
		got := x.send(t, bot.Message{Text: bot.Plain(text), File: &bot.File{Name: name, Content: []byte("{}\n")}})
		if len(got.Files) != 1 || !strings.HasSuffix(got.Files[0], ".json") {
			t.Errorf("%s: the message has the files %q", name, got.Files)
		}
		if text != long && got.Text != text || !strings.HasPrefix(got.Text, text[:5]) || len(got.Pings) > 0 {
			t.Errorf("%s: the message reads %q", name, got.Text)
		}
	}
}
