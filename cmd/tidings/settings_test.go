package main

import (
	"strings"
	"testing"

	"tidings/internal/config"
	"tidings/internal/secret"
)

func TestRedactor_RemovesSecrets(t *testing.T) {
	var out strings.Builder
	r := newRedactor(&out, secret.New("sqlite:tidings.db"), secret.New("a-token-of-some-length"), secret.New(""), secret.New("short"))
	const line = "open sqlite:tidings.db with a-token-of-some-length, a-token-of-some-length and short\n"
	if n, err := r.Write([]byte(line)); n != len(line) || err != nil {
		t.Errorf("Write = %d, %v, want %d", n, err, len(line))
	}
	if want := "open sqlite:tidings.db with [redacted], [redacted] and short\n"; out.String() != want {
		t.Errorf("written: %q, want %q", out.String(), want)
	}
}

func TestDemoEnvironment_InheritsNothingReal(t *testing.T) {
	dir := t.TempDir()
	environ := demoEnvironment([]string{
		"DISCORD_TOKEN=real", "TELEGRAM_TOKEN=real", "FEEDS=https://real.example/", "DATABASE_URL=sqlite:real.db",
		"HTTP_ADDR=127.0.0.1:9", "TIMEZONE=Asia/Seoul",
	}, dir)
	cfg, err := config.Load(environ, dir)
	if err != nil {
		t.Fatal(err)
	}
	if !cfg.Discord.Token.IsEmpty() || !cfg.Telegram.Token.IsEmpty() || len(cfg.Feeds) > 0 {
		t.Errorf("the demo has tokens or feeds of the environment: %v", environ)
	}
	if path, _ := cfg.SQLitePath(); !strings.HasPrefix(path, dir) {
		t.Errorf("the demo's store is at %s, want it in %s", path, dir)
	}
	if cfg.HTTPAddr != "127.0.0.1:9" || cfg.Timezone.String() != "Asia/Seoul" {
		t.Errorf("the demo listens on %s in %s, want what the environment says", cfg.HTTPAddr, cfg.Timezone)
	}
}
