package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/internal/secret"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLoad_ReadsDotEnvAndLetsTheEnvironmentWin(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, ".env"), "\ufeff# what the bot reads\r\n"+
		"export LOG_LEVEL=warn # quiet\r\n"+
		"LOG_FORMAT=json\r\n"+
		"PUBLISH_TOKEN='a$b#c'\r\n"+
		"HTTP_ADDR=\r\n"+
		"TIMEZONE=Asia/Seoul")
	cfg, err := Load([]string{"LOG_FORMAT=text", "TIMEZONE="}, dir)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{
		cfg.LogLevel.String(), string(cfg.LogFormat), cfg.PublishToken.Reveal(), cfg.HTTPAddr, cfg.Timezone.String(),
	}
	want := []string{"WARN", "text", "a$b#c", "", "UTC"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("level, format, token, address, zone (-want +got):\n%s", diff)
	}
}

func TestLoad_NamesTheBrokenLineOfDotEnvAndNothingElse(t *testing.T) {
	tests := []struct {
		name, text, line string
	}{
		{"a stray word", "LOG_LEVEL=info\nhush4f1c\nDISCORD_TOKEN=hush4f1c\n", "line 2"},
		{"an open quotation mark", "LOG_LEVEL=info\n\n# note\nDISCORD_TOKEN=\"hush4f1c\nLOG_FORMAT=json\n", "line 4"},
		{"a fault after a value of two lines", "FEEDS=\"https://a.example,\nhttps://b.example\"\n!\n", "line 3"},
		{"a stray word at the very end", "LOG_LEVEL=info\nhush4f1c", "line 2"},
		{"no text at all", "\xff\xfeL\x00O\x00G\x00", "line 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, ".env"), tt.text)
			_, err := Load(nil, dir)
			if err == nil {
				t.Fatal("Load accepts it")
			}
			if !strings.Contains(err.Error(), ".env: "+tt.line+" ") {
				t.Errorf("%v: does not name %s", err, tt.line)
			}
			if strings.Contains(err.Error(), "hush4f1c") {
				t.Errorf("shows what the file says: %v", err)
			}
		})
	}
}

func TestLoad_SaysWhyDotEnvCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".env"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(nil, dir); err == nil || !strings.Contains(err.Error(), ".env: can't be read: is a directory") {
		t.Errorf("Load gives %v, want the reason", err)
	}
}

func TestSecrets_CanComeFromFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "database"), "postgres://u:p@db/x\n")
	write(t, filepath.Join(dir, "discord"), " d-token \n")
	write(t, filepath.Join(dir, "telegram"), telegramExample)
	write(t, filepath.Join(dir, "publish"), "p-token\r\n")
	cfg, err := Load([]string{
		"DATABASE_URL_FILE=" + filepath.Join(dir, "database"),
		"DISCORD_TOKEN_FILE=discord", // relative
		"TELEGRAM_TOKEN_FILE=telegram",
		"PUBLISH_TOKEN_FILE=publish",
		"PUBLISH_TOKEN=", // empty is unset
	}, dir)
	if err != nil {
		t.Fatal(err)
	}
	got := []secret.Text{cfg.DatabaseURL, cfg.Discord.Token, cfg.Telegram.Token, cfg.PublishToken}
	for i, want := range []string{"postgres://u:p@db/x", "d-token", telegramExample, "p-token"} {
		if got[i].Reveal() != want {
			t.Errorf("secret %d is %q, want %q", i, got[i].Reveal(), want)
		}
	}
}

func TestSecrets_FaultsOfFilesSayWhatToDo(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "empty"), " \n")
	write(t, filepath.Join(dir, "long"), strings.Repeat("x", maxFile+1))
	tests := []struct {
		name    string
		environ []string
		want    string
	}{
		{"both set", []string{"DISCORD_TOKEN=x", "DISCORD_TOKEN_FILE=empty"}, "set only one of them"},
		{"missing", []string{"DISCORD_TOKEN_FILE=missing"}, "no such file"},
		{"a folder", []string{"DISCORD_TOKEN_FILE=" + dir}, "is a directory"},
		{"empty", []string{"DISCORD_TOKEN_FILE=empty"}, "its file is empty"},
		{"too long", []string{"DISCORD_TOKEN_FILE=long"}, "too long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(tt.environ, dir)
			if err == nil || !strings.Contains(err.Error(), "DISCORD_TOKEN_FILE: ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Load gives %v, want %q", err, tt.want)
			}
		})
	}
}

func TestSecrets_SetOutsideOverrideBothNamesInDotEnv(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "token"), "from-file")
	write(t, filepath.Join(dir, ".env"), "DISCORD_TOKEN_FILE=missing\nPUBLISH_TOKEN=from-dotenv\n")
	cfg, err := Load([]string{"DISCORD_TOKEN=outer", "PUBLISH_TOKEN_FILE=token"}, dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := cfg.Discord.Token.Reveal(); got != "outer" {
		t.Errorf("DISCORD_TOKEN is %q, want what the environment says", got)
	}
	if got := cfg.PublishToken.Reveal(); got != "from-file" {
		t.Errorf("PUBLISH_TOKEN is %q, want what the environment's file says", got)
	}
}
