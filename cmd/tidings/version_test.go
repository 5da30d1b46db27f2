package main

import (
	"runtime/debug"
	"testing"
	"time"

	"tidings/internal/config"
)

func TestVersion_SaysWhatTheProgramWasBuiltFrom(t *testing.T) {
	t.Parallel()
	stamped := debug.BuildInfo{
		Main: debug.Module{Version: "v0.0.0-20261129063327-be02fff5a1c2"},
		Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: "be02fff5a1c2d3e4"},
			{Key: "vcs.time", Value: "2026-11-29T06:33:27Z"},
			{Key: "vcs.modified", Value: "true"},
		},
	}
	day := time.Date(2026, 11, 30, 0, 30, 0, 0, time.FixedZone("", 3600))
	for name, tt := range map[string]struct {
		linked build
		info   debug.BuildInfo
		want   string
	}{
		"nothing known":         {build{}, debug.BuildInfo{}, "dev (go1, os/cpu)"},
		"a test's program":      {build{}, debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "dev (go1, os/cpu)"},
		"go build in a clone":   {build{}, stamped, "0.0.0-20261129063327-be02fff5a1c2 (be02fff5a1c2, 2026-11-29, modified, go1, os/cpu)"},
		"a release":             {build{Version: "0.1.0"}, stamped, "0.1.0 (be02fff5a1c2, 2026-11-29, modified, go1, os/cpu)"},
		"an image without git":  {build{Version: "v0.1.0", Commit: "0123456789abcdef", Date: day}, debug.BuildInfo{}, "0.1.0 (0123456789ab, 2026-11-29, go1, os/cpu)"},
		"a commit that's short": {build{Commit: "0123"}, debug.BuildInfo{}, "dev (0123, go1, os/cpu)"},
	} {
		tt.linked.Go, tt.linked.Platform = "go1", "os/cpu"
		if got := tt.linked.complete(&tt.info).String(); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestVersion_IsToldToTheServersOfFeeds(t *testing.T) {
	t.Parallel()
	s := &settings{Config: &config.Config{PublicURL: "https://bot.example"}}
	if a := s.agent(nil); a.Name != "Tidings/"+thisBuild().Version || a.Home != s.PublicURL {
		t.Errorf("feeds are requested by %+v", a)
	}
}
