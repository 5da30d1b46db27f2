package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/internal/sandbox"
	"tidings/internal/sandbox/discord"
)

// story returns an article in JSON, published now.
func story(t testing.TB, title string) string {
	t.Helper()
	data, err := json.Marshal(map[string]any{
		"guid": title, "title": title, "summary": "What is known of it so far", "authors": []string{"Ann Lee", "Joe Smith"},
		"url": "https://newsroom.example/" + strings.ReplaceAll(title, " ", "-"), "published": time.Now().Format(time.RFC3339),
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(data) + "\n"
}

// alerts returns the titles of the alerts in a channel, in order.
func (w *world) alerts(channel string) []string {
	var titles []string
	for _, m := range w.discord.Messages(channel) {
		if m.EphemeralTo == "" {
			for _, e := range m.Embeds {
				titles = append(titles, e.Title)
			}
		}
	}
	return titles
}

// posts returns the first lines of the bot's messages in a private chat that are alerts, in order.
func (w *world) posts(chat int64) []string {
	var titles []string
	for _, m := range w.telegram.Messages(chat) {
		if first, rest, _ := strings.Cut(m.Text, "\n"); m.From.IsBot && strings.Contains(rest, "What is known of it so far") {
			titles = append(titles, first)
		}
	}
	return titles
}

func TestRun_TheMainJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 1)
	channel, chat := w.channels[0], w.chats[0]
	digest := "../../internal/digest/testdata/2021-03-09.txt"
	data := readFile(t, digest)
	w.run("", "import", w.file("digest.txt", data))
	p := w.start("run")

	if _, err := w.telegram.Start(chat, ""); err != nil {
		t.Fatal(err)
	}
	w.telegramMessages(chat, 2) // /start and its answer
	for platform, reply := range map[string]string{
		"Discord":  w.onDiscord(channel, "latest"),
		"Telegram": w.onTelegram(chat, "/latest"),
	} {
		if !strings.Contains(reply, "City envoy to the island province announces the end of his disputed tenure") {
			t.Errorf("/latest on %s does not show the digest's newest article:\n%s", platform, reply)
		}
	}
	for platform, reply := range map[string]string{
		"Discord":  w.onDiscord(channel, "subscribe", discord.Option{Name: "filter", Value: "regatta OR missile -drill"}),
		"Telegram": w.onTelegram(chat, "/sub regatta OR missile -drill"),
	} {
		if !strings.Contains(reply, "Subscribed (1)") || !strings.Contains(reply, "regatta rumors") {
			t.Errorf("/subscribe on %s does not show the latest match:\n%s", platform, reply)
		}
	}

	titles := []string{"Missile seen over the bay", "Missile drill postponed", "Budget passed", "Regatta opens"}
	for _, title := range titles[:3] {
		w.run(story(t, title), "publish")
	}
	w.post(p, story(t, titles[3]))
	w.run("", "import", w.file("digest.txt", data)) // once more: adds nothing, sends no alerts
	want := []string{"Missile seen over the bay", "Regatta opens"}
	w.telegramMessages(chat, 2+2+2+len(want))
	waitUntil(t, func() bool { return len(w.alerts(channel)) >= len(want) })
	w.stop(p)
	if diff := cmp.Diff(want, w.alerts(channel)); diff != "" {
		t.Errorf("alerts on Discord (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, w.posts(chat)); diff != "" {
		t.Errorf("alerts on Telegram (-want +got):\n%s", diff)
	}
	w.noSecretIn(p.log.String())
}

func TestRun_SurvivesAKillInAFlood(t *testing.T) {
	t.Parallel()
	const channels, chats, stories = 8, 5, 10
	w := newWorld(t, channels, chats)
	p := w.start("run")
	for _, c := range w.channels {
		w.onDiscord(c, "subscribe")
	}
	for _, c := range w.chats {
		if _, err := w.telegram.Start(c, ""); err != nil {
			t.Fatal(err)
		}
		w.telegramMessages(c, 2)
		w.onTelegram(c, "/subscribe")
	}
	var many strings.Builder
	var want []string
	for i := range stories {
		want = append(want, fmt.Sprintf("Story %d of many", i+1))
		many.WriteString(story(t, want[i]))
	}
	w.run("", "import", "--alert", w.file("many.jsonl", many.String()))
	// In the middle of the first burst, with sends in flight on both platforms.
	waitUntil(t, func() bool { return len(w.alerts(w.channels[channels-1])) >= 2 })
	w.kill(p)
	p = w.start("run")
	for _, c := range w.channels {
		waitUntil(t, func() bool { return slices.Contains(w.alerts(c), want[stories-1]) })
		if diff := cmp.Diff(want, w.alerts(c)); diff != "" {
			t.Errorf("alerts in channel %s (-want +got):\n%s", c, diff)
		}
	}
	repeated := 0
	for _, c := range w.chats {
		waitUntil(t, func() bool { return slices.Contains(w.posts(c), want[stories-1]) })
		got := w.posts(c)
		repeated += len(got) - len(slices.Compact(slices.Clone(got)))
		if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
			t.Errorf("alerts in chat %d, repetitions aside (-want +got):\n%s", c, diff)
		}
	}
	if repeated > chats {
		t.Errorf("%d alerts came twice on Telegram, more than the %d sends that can have been in flight", repeated, chats)
	}
	// A killed process loses what it knew of the limits: each chat may say once that it is too fast.
	if n := w.discord.Counters().RateLimited + w.telegram.Stats().Limited; n > channels+chats {
		t.Errorf("the platforms had to say %d times that it is too fast", n)
	}
	w.stop(p)
}

func TestRun_WritesNoSecretWhileEverythingFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 1)
	p := w.start("run")
	w.onDiscord(w.channels[0], "subscribe")
	if _, err := w.telegram.Start(w.chats[0], ""); err != nil {
		t.Fatal(err)
	}
	w.telegramMessages(w.chats[0], 2)
	w.onTelegram(w.chats[0], "/subscribe")
	kinds := []sandbox.FaultKind{sandbox.FaultStatus, sandbox.FaultRateLimit, sandbox.FaultResetBefore, sandbox.FaultResetAfter}
	for _, faults := range []*sandbox.Faults{&w.discord.Faults, &w.telegram.Faults} {
		for _, k := range kinds {
			faults.Inject(sandbox.Fault{Kind: k, Times: 2})
		}
		faults.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: http.StatusBadGateway, Body: "<html>", Times: -1})
	}
	w.run(story(t, "Nobody will see this"), "publish")
	w.discord.DropConnections()
	before := len(w.discord.Requests()) + len(w.telegram.Requests())
	waitUntil(t, func() bool { return len(w.discord.Requests())+len(w.telegram.Requests()) >= before+8 })
	w.discord.Faults.Clear()
	w.telegram.Faults.Clear()
	waitUntil(t, func() bool { return len(w.alerts(w.channels[0])) == 1 && len(w.posts(w.chats[0])) == 1 })
	w.stop(p)
	w.noSecretIn(p.log.String())
}

func TestRun_EndsAtOnceOnAWrongToken(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"discord":  {"DISCORD_TOKEN=some-other-token-altogether", "TELEGRAM_TOKEN="},
		"telegram": {"TELEGRAM_TOKEN=7000000001:another-token-altogether-000000000", "DISCORD_TOKEN="},
	}
	for platform, wrong := range tests {
		t.Run(platform, func(t *testing.T) {
			w := newWorld(t, 1, 1)
			w.env = append(w.env, wrong...)
			p := w.launch("run")
			if err := <-p.done; p.cmd.ProcessState.ExitCode() != exitFailed {
				t.Errorf("exit: %v, want status 1", err)
			}
			if log := p.log.String(); !strings.Contains(log, "tidings: "+platform+": ") || !strings.Contains(log, "check that the token") {
				t.Errorf("the log does not say what is wrong:\n%s", log)
			}
			refused := 0
			for _, r := range w.discord.Requests() {
				if r.Status == http.StatusUnauthorized {
					refused++
				}
			}
			for _, r := range w.telegram.Requests() {
				if r.Status == http.StatusUnauthorized {
					refused++
				}
			}
			if refused != 1 {
				t.Errorf("the wrong token was tried %d times, want once", refused)
			}
			w.noSecretIn(p.log.String())
		})
	}
}

// post hands an article to the publish API, as a newsroom's system would.
func (w *world) post(p *process, article string) {
	w.t.Helper()
	if status := w.offer(p, article); status != http.StatusAccepted {
		w.t.Errorf("POST /api/articles answers %d, want 202", status)
	}
}

// noSecretIn checks that a log shows none of the tokens, not even in part.
func (w *world) noSecretIn(log string) {
	w.t.Helper()
	for _, secret := range []string{discordToken, telegramToken, strings.TrimPrefix(telegramToken, "7000000001:"), publishToken} {
		if strings.Contains(log, secret) {
			w.t.Errorf("a secret stands in the log:\n%s", log)
		}
	}
}
