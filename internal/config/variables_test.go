package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWarnings_NameWhatLooksMisspelt(t *testing.T) {
	tests := []struct{ name, want string }{
		{"TELEGRAM_TOKN", "TELEGRAM_TOKN is ignored; did you mean TELEGRAM_TOKEN?"},
		{"TELEGRMA_TOKEN", "TELEGRMA_TOKEN is ignored; did you mean TELEGRAM_TOKEN?"},
		{"discord_token", "discord_token is ignored; did you mean DISCORD_TOKEN?"},
		{"DISCORD_BOT_TOKEN", "DISCORD_BOT_TOKEN is ignored; did you mean DISCORD_TOKEN?"},
		{"DISCORD_TOKEN_FIEL", "DISCORD_TOKEN_FIEL is ignored; did you mean DISCORD_TOKEN_FILE?"},
		{"FEED", "FEED is ignored; did you mean FEEDS?"},
		{"TIME_ZONE", "TIME_ZONE is ignored; did you mean TIMEZONE?"},
		{"PUBLISH_TOKN", "PUBLISH_TOKN is ignored; did you mean PUBLISH_TOKEN?"},
		{"PUBLISH_TOKNS", "PUBLISH_TOKNS is ignored; did you mean PUBLISH_TOKENS?"},
		{"TIDINGS_FEEDS", "TIDINGS_FEEDS is ignored; did you mean FEEDS?"},
		{"TOKEN_TELEGRAM", "TOKEN_TELEGRAM is ignored; did you mean TELEGRAM_TOKEN?"},
		{"FEEDS_FILE", "FEEDS_FILE is ignored; only secrets can be read from a file, so set FEEDS"},
	}
	for _, tt := range tests {
		if diff := cmp.Diff([]string{tt.want}, mustLoad(t, tt.name+"=x").Warnings); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestWarnings_IgnoreOtherProgramsVariables(t *testing.T) {
	got := mustLoad(t, "PATH=x", "HOME=x", "LANG=x", "TZ=x", "LS_COLORS=x", "LOGNAME=x", "HTTP_PROXY=x", "TEST_DATABASE_URL=x",
		"GITHUB_TOKEN=x", "LOG_LEVEL=info", "DISCORD_TOKEN_FILE=", "LOG_FILE=x", "=C:=C:\\").Warnings
	if diff := cmp.Diff([]string(nil), got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
