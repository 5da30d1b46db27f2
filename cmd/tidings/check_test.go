package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
	"tidings/internal/sandbox"
	"tidings/internal/sandbox/telegram"
)

func TestCheck_SaysWhoseTheTokensAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 1)
	report := w.run("", "check")
	for _, want := range []string{
		"ok    environment", "ok    database", "ok    discord: the token belongs to ", "ok    telegram: the token belongs to @",
		"open https://discord.com/oauth2/authorize?client_id=" + w.discord.ApplicationID() + "&permissions=274877991936&scope=bot+applications.commands\n",
		"to add the bot to a group, open https://t.me/tidings_bot?startgroup=hello\n",
		"to add the bot to a channel, open https://t.me/tidings_bot?startchannel&admin=post_messages\n",
	} {
		if !strings.Contains(report, want) {
			t.Errorf("the report lacks %q:\n%s", want, report)
		}
	}
	w.noSecretIn(report)
}

func TestCheck_NamesEveryTokenThatFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 1)
	w.env = append(w.env, "DISCORD_TOKEN=some-other-token-altogether")
	w.telegram.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultResetBefore, Times: -1})
	p := w.launch("check")
	if err := <-p.done; p.cmd.ProcessState.ExitCode() != exitFailed {
		t.Errorf("exit: %v, want status 1", err)
	}
	report := p.log.String()
	for _, want := range []string{"FAIL  discord: token refused; copy the token", "FAIL  telegram: ", "check that this machine can reach the platform"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report lacks %q:\n%s", want, report)
		}
	}
	w.noSecretIn(report)
}

func TestCheck_TellsARefusedTokenFromAPlatformOutOfReach(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 1)
	for _, status := range []int{http.StatusUnauthorized, http.StatusNotFound} { // a token that was revoked, and one that never was
		w.telegram.Faults.Inject(telegram.Refuse(status, http.StatusText(status)))
		p := w.launch("check")
		if err := <-p.done; p.cmd.ProcessState.ExitCode() != exitFailed {
			t.Errorf("exit: %v, want status 1", err)
		}
		if report := p.log.String(); !strings.Contains(report, "FAIL  telegram: token refused; copy the token again") {
			t.Errorf("the report doesn't say that the token was refused:\n%s", report)
		}
	}
}

func TestCheck_ReportsAWrongClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 1)
	w.telegram.SetSkew(-time.Hour)
	p := w.launch("check")
	if err := <-p.done; p.cmd.ProcessState.ExitCode() != exitFailed {
		t.Errorf("exit: %v, want status 1", err)
	}
	report := p.log.String()
	for _, want := range []string{"ok    clock: agrees with discord's", "FAIL  clock: ", "ahead of telegram's; set this machine's clock right"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report lacks %q:\n%s", want, report)
		}
	}
}

func TestCheck_TriesEveryFeedAndTheAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 1)
	var asked atomic.Int64
	site := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.URL.Path != "/good" {
			http.NotFound(rw, r)
			return
		}
		fmt.Fprint(rw, `<rss version="2.0"><channel><title>Good</title><item><title>One</title></item></channel></rss>`)
	}))
	defer site.Close()
	other, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0") // says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	w.env = append(w.env, "FEEDS=good="+site.URL+"/good?key=hunter2,bad="+site.URL+"/bad", "ALLOW_PRIVATE_FEEDS=true", "HTTP_ADDR="+other.Addr().String(),
		"TELEGRAM_TOKN=x")
	p := w.launch("check", "--feeds")
	if err := <-p.done; p.cmd.ProcessState.ExitCode() != exitFailed {
		t.Errorf("exit: %v, want status 1", err)
	}
	report := p.log.String()
	for _, want := range []string{
		"warn  environment: TELEGRAM_TOKN is ignored; did you mean TELEGRAM_TOKEN?\n",
		"FAIL  HTTP_ADDR: another program has " + other.Addr().String() + "; choose another address",
		"FAIL  feeds: bad: ", "      feeds: 1 of 2 can be read\n",
	} {
		if !strings.Contains(report, want) {
			t.Errorf("the report lacks %q:\n%s", want, report)
		}
	}
	if strings.Count(report, "TELEGRAM_TOKN") != 1 || strings.Contains(report, "hunter2") || asked.Load() != 2 {
		t.Errorf("%d requests:\n%s", asked.Load(), report)
	}
	w.noSecretIn(report)
	w.env = append(w.env, "HTTP_ADDR=127.0.0.1:0", "FEEDS=good="+site.URL+"/good")
	if report := w.run("", "check", "--feeds", "--json"); !strings.Contains(report, `{"check":"feeds","result":"ok","text":"1 of 1 can be read"}`) ||
		!strings.Contains(report, `{"check":"HTTP_ADDR","result":"ok","text":"127.0.0.1:0 is free"}`) {
		t.Errorf("as JSON:\n%s", report)
	}
}

func TestTryAll_LeavesAServerItsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var feeds []bot.Source
		for i := range 12 {
			feeds = append(feeds, bot.Source{Name: fmt.Sprint(i), URL: fmt.Sprintf("https://h%d.example/%d", i%2, i)})
		}
		feeds[5].Fetch.Memory.NotBefore = time.Now().Add(time.Hour)
		var mu sync.Mutex
		last := map[string]time.Time{}
		results := tryAll(t.Context(), feeds, func(_ context.Context, s *bot.Source) (bot.FeedCheck, error) {
			mu.Lock()
			defer mu.Unlock()
			host := strings.Split(s.URL, "/")[2]
			if before, asked := last[host]; asked && time.Since(before) < feedGap {
				t.Errorf("%s is asked %v after the last time", host, time.Since(before))
			}
			last[host] = time.Now()
			if s.Name == "3" {
				return bot.FeedCheck{}, bot.ErrNotFound
			}
			return bot.FeedCheck{}, nil
		})
		for i, r := range results {
			want := map[int]error{3: bot.ErrNotFound, 5: errLeftAlone}[i]
			if !errors.Is(r.err, want) || r.source.Name != feeds[i].Name {
				t.Errorf("%d: %v, want %v", i, r.err, want)
			}
		}
	})
}
