package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"tidings/bot"
	"tidings/internal/config"
)

func TestGoneFeeds(t *testing.T) {
	t.Parallel()
	stored := []bot.Source{
		{URL: "https://a.example/", Configured: true},
		{URL: "https://b.example/", Configured: true},
		{URL: "https://c.example/", Configured: true},
		{URL: "https://chat.example/"},
	}
	for _, tt := range []struct {
		feeds    []string
		gone, of int
	}{
		{[]string{"https://a.example/", "https://b.example/", "https://c.example/", "https://d.example/"}, 0, 3},
		{[]string{"https://user:pw@a.example/", "https://b.example/"}, 1, 3},
		{[]string{"https://chat.example/"}, 3, 3},
		{nil, 3, 3},
	} {
		var feeds []config.Feed
		for _, url := range tt.feeds {
			feeds = append(feeds, config.Feed{URL: url})
		}
		if gone, of := goneFeeds(stored, feeds); gone != tt.gone || of != tt.of {
			t.Errorf("%v: %d of %d are gone, want %d of %d", tt.feeds, gone, of, tt.gone, tt.of)
		}
	}
}

// TestReload_TakesOverWhatIsWholeAndSafe changes the settings of a bot that runs.
func TestReload_TakesOverWhatIsWholeAndSafe(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 1)
	dotenv := filepath.Join(w.dir, ".env")
	feeds := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf("f%d=https://f%d.example.com/feed?key=hunter2", i, i))
		}
		return "FEEDS=" + strings.Join(list, ",") + "\n"
	}
	set := func(text string) {
		t.Helper()
		if err := os.WriteFile(dotenv, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set(feeds(4))
	p := w.start("run")
	// at sets the settings, asks for a reload, and waits for what the log says of it.
	at := func(text, want string) {
		t.Helper()
		set(text)
		if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		if _, err := p.log.wait(w.ctx, regexp.MustCompile(want)); err != nil {
			t.Fatalf("%s: %v\n%s", want, err, p.log)
		}
	}
	sources := func() int {
		set("") // which the bot doesn't read by itself
		return strings.Count(w.run("", "sources", "--json"), `"kind":"feed"`)
	}

	at(feeds(3)+"LOG_LEVEL=loud\nPOLL_INTERVAL=1ms\nTELEGRAM_TOKN=x\n", `settings not reloaded.*LOG_LEVEL`)
	if n := sources(); n != 4 {
		t.Errorf("a faulty reload leaves %d feeds of 4", n)
	}
	at(feeds(1), `settings not reloaded.*3 of the 4 feeds set in FEEDS are missing; if that is meant, restart the bot`)
	if n := sources(); n != 4 {
		t.Errorf("a reload that was refused leaves %d feeds of 4", n)
	}
	at(feeds(2)+fmt.Sprintf("OPERATORS=telegram:%d\nLOG_LEVEL=debug\nTIMEZONE=Asia/Seoul\n", w.chats[0]), `settings reloaded.*feeds=2 operators=1 log_level=DEBUG`)
	if n := sources(); n != 2 {
		t.Errorf("a reload leaves %d feeds, want 2", n)
	}
	log := p.log.String()
	if !strings.Contains(log, "TELEGRAM_TOKN is ignored; did you mean TELEGRAM_TOKEN?") {
		t.Errorf("a misspelled variable isn't named:\n%s", log)
	}
	if !strings.Contains(log, "variables=TIMEZONE") || strings.Contains(log, "hunter2") {
		t.Errorf("the log doesn't say what waits for a restart, or shows an address:\n%s", log)
	}
	if _, err := w.telegram.Say(w.chats[0], w.chats[0], 0, "/sources interval f0 5m"); err != nil {
		t.Fatal(err)
	}
	w.eventually("an answer to the new operator", func() bool {
		list := w.telegram.Messages(w.chats[0])
		return strings.Contains(list[len(list)-1].Text, "At most 5m")
	})
	w.noSecretIn(log)
}
