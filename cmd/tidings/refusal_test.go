package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRun_GoesOnWithoutThePlatformThatRefusesItsToken: a token is revoked while the bot runs. The other platform goes on,
// whoever looks finds out, and what waited is posted after a start with a new token.
func TestRun_GoesOnWithoutThePlatformThatRefusesItsToken(t *testing.T) {
	const fresh = "7000000001:a-fresh-token-that-must-never-show"
	for refusing, setting := range map[string]string{"discord": "DISCORD_TOKEN", "telegram": "TELEGRAM_TOKEN"} {
		t.Run(refusing, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1, 1)
			p := w.start("run")
			channel, chat := w.channels[0], w.chats[0]
			if _, err := w.telegram.Start(chat, ""); err != nil {
				t.Fatal(err)
			}
			w.telegramMessages(chat, 2)
			w.onDiscord(channel, "subscribe")
			w.onTelegram(chat, "/subscribe")
			shown := map[string]func() []string{
				"discord":  func() []string { return w.alerts(channel) },
				"telegram": func() []string { return w.posts(chat) },
			}
			revoke := map[string]func(string){"discord": w.discord.ResetToken, "telegram": w.telegram.ResetToken}[refusing]
			working := map[string]string{"discord": "telegram", "telegram": "discord"}[refusing]

			revoke(fresh)
			waitUntil(t, func() bool { return strings.Contains(w.get(p, "/readyz"), refusing+": token refused since ") })
			w.run(story(t, "Harbor opens"), "publish")
			waitUntil(t, func() bool { return len(shown[working]()) == 1 })
			if body := w.get(p, "/metrics"); !strings.Contains(body, `tidings_token_refused{platform="`+refusing+`"} 1`) {
				t.Error("the metrics do not show the refusal")
			}
			if log := p.log.String(); strings.Count(log, "level=ERROR") != 1 || len(shown[refusing]()) != 0 {
				t.Errorf("want one error in the log, and nothing posted:\n%s", log)
			}
			w.stop(p)
			w.noSecretIn(p.log.String())

			w.env = append(w.env, setting+"="+fresh)
			p = w.start("run")
			waitUntil(t, func() bool { return len(shown[refusing]()) == 1 })
			w.stop(p)
			want := []string{"Harbor opens"}
			for platform, titles := range shown {
				if diff := cmp.Diff(want, titles()); diff != "" {
					t.Errorf("alerts on %s (-want +got):\n%s", platform, diff)
				}
			}
		})
	}
}

// get returns what a running program answers to a request for a path.
func (w *world) get(p *process, path string) string {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.ctx, http.MethodGet, "http://"+p.addr+path, http.NoBody)
	if err != nil {
		w.t.Fatal(err)
	}
	resp, err := (&http.Client{Timeout: patience}).Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(body)
}
