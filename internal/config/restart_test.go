package config

import (
	"slices"
	"testing"
)

func TestRestartFor_NamesWhatAReloadLeaves(t *testing.T) {
	t.Parallel()
	was := mustLoad(t, "FEEDS=https://a.example/1", "LOG_LEVEL=info", "PUBLISH_TOKENS=wire:0c9d8f3be1a24c57")
	is := mustLoad(t, "FEEDS=https://b.example/1", "LOG_LEVEL=debug", "OPERATORS=discord:1", "PUBLISH_TOKENS=wire:1c9d8f3be1a24c57",
		"TIMEZONE=Asia/Seoul", "DISCORD_TOKEN=x", "KEEP_ARTICLES=90d")
	if got, want := was.RestartFor(is), []string{"DISCORD_TOKEN", "KEEP_ARTICLES", "PUBLISH_TOKENS", "TIMEZONE"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := was.RestartFor(was); len(got) != 0 {
		t.Errorf("of the same: %v", got)
	}
}

func TestRestartFor_KnowsEveryVariable(t *testing.T) {
	t.Parallel()
	for _, v := range Variables() {
		if _, known := settled()[v.Name]; known == slices.Contains(Reloaded(), v.Name) {
			t.Errorf("%s is either reloaded or needs a restart", v.Name)
		}
	}
}
