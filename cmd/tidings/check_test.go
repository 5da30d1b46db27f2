package main

import (
	"strings"
	"testing"
	"time"

	"tidings/internal/sandbox"
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
