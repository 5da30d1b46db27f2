package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	sandboxdiscord "tidings/internal/sandbox/discord"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// TestMain lets the test binary be the program itself, so that tests can start it as a process.
func TestMain(m *testing.M) {
	if os.Getenv("TIDINGS_TEST_PROGRAM") != "" {
		main()
		return
	}
	testscript.Main(m, map[string]func(){"tidings": main})
}

const (
	discordToken  = "discord-token-that-must-never-show"
	telegramToken = "7000000001:telegram-token-that-must-never-show"
	publishToken  = "publish-token-that-must-never-show"
	// noExitSleep keeps programs that were built with the race detector from sleeping for a second when they end.
	noExitSleep = "GORACE=atexit_sleep_ms=0"
	// patience bounds what a test waits for.
	patience = time.Minute
)

// world is both stand-ins with their people, and a place for the program's files.
type world struct {
	t        testing.TB
	ctx      context.Context
	dir      string
	discord  *sandboxdiscord.StandIn
	telegram *sandboxtelegram.StandIn
	env      []string
	program  string // the test binary itself, unless a test says otherwise
	launched []*process

	manager  string // on Discord
	channels []string
	chats    []int64 // private, on Telegram
}

// newWorld makes platforms with some chats.
func newWorld(t testing.TB, channels, chats int) *world {
	t.Helper()
	return newWorldOf(t, channels, chats, sandboxtelegram.Config{})
}

// newWorldOf is newWorld with a Telegram that is as told. Discord waits for an answer for longer than its three seconds, which on a
// busy machine a program can be held up for.
func newWorldOf(t testing.TB, channels, chats int, tg sandboxtelegram.Config) *world {
	t.Helper()
	return newWorldWith(t, channels, chats, tg, sandboxdiscord.Config{AnswerTime: patience})
}

// newImpatientWorld is newWorld with a gateway that ends the session of a process that stands still for two seconds, which on
// Discord takes a minute and a half. What people say to it meanwhile stays without an answer, as it does there: it is for tests that
// silence processes, and where each answer must come, a busy machine would do the same.
func newImpatientWorld(t testing.TB, channels, chats int) *world {
	t.Helper()
	return newWorldWith(t, channels, chats, sandboxtelegram.Config{}, sandboxdiscord.Config{HeartbeatInterval: time.Second})
}

func newWorldWith(t testing.TB, channels, chats int, tg sandboxtelegram.Config, dc sandboxdiscord.Config) *world {
	t.Helper()
	tg.Token, dc.Token = telegramToken, discordToken
	ctx, cancel := context.WithTimeout(t.Context(), 5*patience)
	t.Cleanup(cancel)
	w := &world{
		t: t, ctx: ctx, dir: t.TempDir(),
		discord:  sandboxdiscord.New(dc),
		telegram: sandboxtelegram.New(tg),
	}
	var err error
	if w.program, err = os.Executable(); err != nil {
		t.Fatal(err)
	}
	discord, telegram := httptest.NewServer(w.discord), httptest.NewServer(w.telegram)
	t.Cleanup(func() { w.discord.Close(); discord.Close(); w.telegram.Close(); telegram.Close() })
	guild := w.discord.AddGuild("Newsroom")
	for i := range channels {
		w.channels = append(w.channels, w.discord.AddChannel(guild, fmt.Sprintf("alerts-%d", i)))
	}
	w.manager = w.discord.AddUser("ann")
	for _, c := range w.channels {
		w.discord.SetMemberPermissions(c, w.manager, sandboxdiscord.MemberDefault|manageChannels)
	}
	for i := range chats {
		u := w.telegram.AddUser(sandboxtelegram.User{FirstName: fmt.Sprintf("Reader %d", i)})
		w.chats = append(w.chats, u.ID)
	}
	w.env = []string{
		"TIDINGS_TEST_PROGRAM=1", "PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "HTTP_ADDR=127.0.0.1:0",
		"DISCORD_TOKEN=" + discordToken, "DISCORD_API_URL=" + discord.URL,
		"TELEGRAM_TOKEN=" + telegramToken, "TELEGRAM_API_URL=" + telegram.URL,
		"PUBLISH_TOKEN=" + publishToken, noExitSleep,
	}
	return w
}

const manageChannels = 1 << 4 // discord.com/developers/docs/topics/permissions

// process is a running tidings.
type process struct {
	cmd  *exec.Cmd
	log  *transcript
	addr string // of its listener
	done chan error
}

// start starts the program and waits until it is up and listens to both platforms.
func (w *world) start(args ...string) *process {
	w.t.Helper()
	p := w.launch(args...)
	up := regexp.MustCompile(`msg="tidings is up" version=\S+ commit=\S+ date=\S+ http=(\S+)`)
	line, err := p.log.wait(w.ctx, up)
	if err != nil {
		w.t.Fatalf("tidings did not come up: %v\n%s", err, p.log)
	}
	p.addr = up.FindStringSubmatch(line)[1]
	if err := w.discord.WaitReady(w.ctx); err != nil {
		w.t.Fatalf("no gateway session: %v\n%s", err, p.log)
	}
	if err := w.discord.WaitCommands(w.ctx, "subscribe"); err != nil {
		w.t.Fatalf("no commands: %v\n%s", err, p.log)
	}
	return p
}

// launch starts the program as a process of its own.
func (w *world) launch(args ...string) *process {
	w.t.Helper()
	p := w.spawn(args...)
	w.launched = append(w.launched, p)
	w.t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		if w.t.Failed() {
			w.t.Logf("tidings %s wrote:\n%s", strings.Join(args, " "), p.log)
		}
	})
	return p
}

// spawn is a launch of which the caller sees to the end.
func (w *world) spawn(args ...string) *process {
	w.t.Helper()
	p := &process{cmd: exec.CommandContext(w.ctx, w.program, args...), log: newTranscript(), done: make(chan error, 1)}
	p.cmd.Dir, p.cmd.Env = w.dir, w.env
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() { p.done <- p.cmd.Wait(); p.log.close() }()
	return p
}

// stop asks the program to stop, and checks that it does so well.
func (w *world) stop(p *process) {
	w.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		w.t.Fatal(err)
	}
	select {
	case err := <-p.done:
		if err != nil {
			w.t.Errorf("after SIGTERM: %v", err)
		}
	case <-time.After(patience):
		w.t.Errorf("tidings did not stop within %v of SIGTERM", patience)
	}
}

// kill ends the program as a crash would.
func (w *world) kill(p *process) {
	w.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		w.t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := <-p.done; !errors.As(err, &exit) {
		w.t.Fatalf("after SIGKILL: %v", err)
	}
}

// run runs one command of the program to its end and returns what it printed.
func (w *world) run(stdin string, args ...string) string {
	w.t.Helper()
	cmd := exec.CommandContext(w.ctx, w.program, args...)
	cmd.Dir, cmd.Env, cmd.Stdin = w.dir, w.env, strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		w.t.Fatalf("tidings %s: %v\n%s%s", strings.Join(args, " "), err, out, &stderr)
	}
	return string(out)
}

// file writes a file into the program's directory and returns its name.
func (w *world) file(name, content string) string {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return name
}

// onDiscord types a command as the manager and returns the private reply in words.
func (w *world) onDiscord(channel, command string, options ...sandboxdiscord.Option) string {
	w.t.Helper()
	it, err := w.discord.Command(w.ctx, w.manager, channel, command, options)
	if err != nil {
		w.t.Fatalf("/%s: %v", command, err)
	}
	reply, err := it.Reply(w.ctx)
	if err != nil {
		w.t.Fatalf("/%s: %v", command, err)
	}
	if reply.EphemeralTo != w.manager {
		w.t.Errorf("the reply to /%s is not private", command)
	}
	text := reply.Content
	for _, e := range reply.Embeds {
		text += e.Title + "\n" + e.Description
	}
	return text
}

// onTelegram types a line in a private chat and returns the bot's next message.
func (w *world) onTelegram(chat int64, line string) string {
	w.t.Helper()
	before := len(w.telegram.Messages(chat))
	if _, err := w.telegram.Say(chat, chat, 0, line); err != nil {
		w.t.Fatalf("%s: %v", line, err)
	}
	messages := w.telegramMessages(chat, before+2)
	return messages[before+1].Text
}

// telegramMessages waits until a chat has n messages and returns them.
func (w *world) telegramMessages(chat int64, n int) []sandboxtelegram.Message {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	changes := w.telegram.Watch(ctx)
	for {
		if m := w.telegram.Messages(chat); len(m) >= n {
			return m
		}
		if _, ok := <-changes; !ok {
			w.t.Fatalf("chat %d has %d messages, want %d", chat, len(w.telegram.Messages(chat)), n)
		}
	}
}

// transcript is what a process has written so far.
type transcript struct {
	mu     sync.Mutex // guards text and closed
	text   bytes.Buffer
	closed bool
	more   chan struct{} // closed and replaced at each change
}

func newTranscript() *transcript { return &transcript{more: make(chan struct{})} }

func (t *transcript) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.more)
	t.more = make(chan struct{})
	return t.text.Write(b)
}

func (t *transcript) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	close(t.more)
	t.more = make(chan struct{})
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// wait returns the first line that matches, as soon as there is one.
func (t *transcript) wait(ctx context.Context, want *regexp.Regexp) (string, error) {
	for {
		t.mu.Lock()
		text, more, closed := t.text.String(), t.more, t.closed
		t.mu.Unlock()
		for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
			if want.MatchString(lines.Text()) {
				return lines.Text(), nil
			}
		}
		if closed {
			return "", io.ErrUnexpectedEOF
		}
		select {
		case <-more:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}
