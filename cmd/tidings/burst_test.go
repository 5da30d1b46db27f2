package main

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// A burst from one person in a group, whose chat has the platform's real limits, makes no one else wait for an answer,
// and no alert.
func TestRun_BearsAFloodOfOnePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 1)
	mallory := w.telegram.AddUser(sandboxtelegram.User{FirstName: "Mallory"})
	group, err := w.telegram.AddSupergroup("Newsroom", w.chats[0])
	if err == nil {
		err = w.telegram.SetMember(group.ID, mallory.ID, sandboxtelegram.Member)
	}
	if err != nil {
		t.Fatal(err)
	}
	p := w.start("run")
	w.onTelegram(w.chats[0], "/subscribe")
	if _, err := w.telegram.Say(w.chats[0], group.ID, 0, "/subscribe"); err != nil {
		t.Fatal(err)
	}
	w.shows(group.ID, "Subscribed")
	if _, err := w.telegram.Say(w.chats[0], group.ID, 0, "/unsubscribe 1"); err != nil {
		t.Fatal(err)
	}
	answer := w.shows(group.ID, "?")

	for range 1500 {
		if _, err := w.telegram.Say(mallory.ID, group.ID, 0, "/latest"); err != nil {
			t.Fatal(err)
		}
	}
	for range 1200 {
		if _, err := w.telegram.Tap(mallory.ID, group.ID, answer.ID, w.button(answer)); err != nil {
			t.Fatal(err)
		}
	}
	w.took("another person's command is answered", func() { w.onTelegram(w.chats[0], "/help") })
	w.took("an alert reaches another chat", func() {
		w.run(story(t, "Ministers meet"), "publish")
		w.shows(w.chats[0], "Ministers meet")
	})
	w.took("an alert reaches the busy chat", func() { w.shows(group.ID, "Ministers meet") })
	w.took("another person's press is acknowledged", func() {
		if _, err := w.telegram.Press(w.ctx, w.chats[0], group.ID, answer.ID, w.button(answer)); err != nil {
			t.Error(err)
		}
	})
	if got := w.telegram.Stats().Limited; got > 0 {
		t.Errorf("Telegram asked %d times to slow down", got)
	}
	w.stop(p)
}

// shows waits until a chat shows a message with some words.
func (w *world) shows(chat int64, words string) (found sandboxtelegram.Message) {
	w.t.Helper()
	w.eventually(words+" is shown", func() bool {
		for _, m := range w.telegram.Messages(chat) {
			if m.From.IsBot && strings.Contains(m.Text, words) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// button returns what the last button below a message says to the bot.
func (w *world) button(m sandboxtelegram.Message) string {
	w.t.Helper()
	if m.Keyboard == nil {
		w.t.Fatalf("no buttons below %q", m.Text)
	}
	row := m.Keyboard.Rows[len(m.Keyboard.Rows)-1]
	return row[len(row)-1].Data
}

// took writes down how long something takes, which says little on a machine that has other work to do.
func (w *world) took(what string, do func()) {
	w.t.Helper()
	begin := time.Now()
	do()
	w.t.Logf("%s: %v", what, time.Since(begin).Round(time.Millisecond))
}

// BenchmarkAnswerInBurst measures how long a person elsewhere waits for an answer while another floods both platforms with
// commands that never end.
func BenchmarkAnswerInBurst(b *testing.B) {
	w := newWorld(b, 2, 1)
	w.program = release(b)
	w.ctx = b.Context()
	mallory := w.discord.AddUser("mallory")
	intruder := w.telegram.AddUser(sandboxtelegram.User{FirstName: "Mallory"}).ID
	if _, err := w.telegram.Start(w.chats[0], ""); err != nil {
		b.Fatal(err)
	}
	p := w.start("run")
	w.telegramMessages(w.chats[0], 2)
	for name, quiet := range map[string]func(){
		"Discord":  func() { w.onDiscord(w.channels[1], "status") },
		"Telegram": func() { w.onTelegram(w.chats[0], "/status") },
	} {
		b.Run(name, func(b *testing.B) {
			flooding, stop := context.WithCancel(w.ctx)
			var flood sync.WaitGroup
			flood.Go(func() {
				for flooding.Err() == nil {
					for range 20 {
						_, _ = w.telegram.Say(intruder, intruder, 0, "/latest")
						_, _ = w.discord.Command(flooding, mallory, w.channels[0], "latest", nil)
					}
					rest(flooding, 50*time.Millisecond) // 400 commands a second on each platform
				}
			})
			var took []float64
			for b.Loop() {
				begun := time.Now()
				quiet()
				took = append(took, time.Since(begun).Seconds())
				rest(w.ctx, time.Second) // which the quiet chat's own limit asks for
			}
			stop()
			flood.Wait()
			b.ReportMetric(quantile(took, 0.5), "s-p50")
			b.ReportMetric(quantile(took, 1), "s-at-most")
			b.ReportMetric(0, "ns/op")
		})
	}
	w.stop(p)
}
