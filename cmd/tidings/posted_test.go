package main

import (
	"net"
	"strings"
	"testing"
	"time"
)

// overHTTP makes the platforms post to the program instead of being asked.
func (w *world) overHTTP() {
	w.t.Helper()
	l, err := (&net.ListenConfig{}).Listen(w.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	_ = l.Close() // for the program
	w.env = append(w.env, "HTTP_ADDR="+l.Addr().String(), "PUBLIC_URL=http://"+l.Addr().String(),
		"DISCORD_PUBLIC_KEY="+w.discord.PublicKey(), "TELEGRAM_WEBHOOK_SECRET="+webhookSecret)
}

const webhookSecret = "a-secret-of-the-webhook"

func TestRun_ServesWhatThePlatformsPost(t *testing.T) {
	w := newWorld(t, 1, 1)
	w.overHTTP()
	p := w.start("run")
	serves := func() {
		t.Helper()
		if err := w.discord.WaitEndpoint(w.ctx); err != nil {
			t.Fatalf("Discord does not know where to post: %v\n%s", err, p.log)
		}
		if got := w.onDiscord(w.channels[0], "subscribe"); !strings.Contains(got, "every new article") {
			t.Errorf("/subscribe is answered %q", got)
		}
		if got := w.onTelegram(w.chats[0], "/help"); !strings.Contains(got, "/subscribe") {
			t.Errorf("/help is answered %q", got)
		}
	}
	serves()
	w.kill(p)
	left, err := w.telegram.Say(w.chats[0], w.chats[0], 0, "/status") // while nobody listens
	if err != nil {
		t.Fatal(err)
	}
	p = w.start("run")
	w.eventually("the command of meanwhile is answered", func() bool {
		for _, m := range w.telegram.Messages(w.chats[0]) {
			if m.From.IsBot && m.ID > left.ID && strings.Contains(m.Text, "articles") {
				return true
			}
		}
		return false
	})
	serves()
	report := w.run("", "check")
	for _, want := range []string{"ok    discord: commands come over HTTP", "ok    telegram: the webhook is set"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report lacks %q:\n%s", want, report)
		}
	}
	for _, r := range w.telegram.Requests() {
		if r.Method == "getUpdates" {
			t.Error("the program polls beside the webhook")
		}
	}
	for _, r := range w.discord.Requests() {
		if strings.HasSuffix(r.Path, "/callback") {
			t.Error("an interaction is answered by a request of its own")
		}
	}
	w.stop(p)
	w.noSecretIn(p.log.String())
	if strings.Contains(p.log.String(), webhookSecret) {
		t.Error("the log contains the webhook's secret")
	}
}

// eventually waits until something has come true.
func (w *world) eventually(what string, is func() bool) {
	w.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-w.ctx.Done():
			w.t.Fatalf("waited in vain until %s", what)
		}
	}
}
