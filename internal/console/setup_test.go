package console_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tidings/internal/console"
)

// installation is a house's, of which everything is in order but one thing.
type installation struct{ *house }

// Facts says two things.
func (installation) Facts(context.Context) ([]console.Fact, error) {
	return []console.Fact{{Name: "Version", Value: "1.2.3 (4e6c0f1, 2026-11-29)"}, {Name: "Database", Value: "SQLite, 12.3 MB"}, {Name: "Growth", Value: "about 1.4 MB a week"}}, nil
}

// Check finds a fault.
func (installation) Check(context.Context) ([]console.Finding, error) {
	return []console.Finding{
		{What: "environment", Result: "ok", Text: "valid"},
		{What: "environment", Result: "warn", Text: "FEED is ignored; did you mean FEEDS?"},
		{What: "paper", Result: "fail", Text: "the platform refuses the token; copy the token again, or create a new one"},
	}, nil
}

// Backup writes one.
func (i installation) Backup(ctx context.Context) (name string, size int64, err error) {
	name = i.TempDir() + "/backup.db"
	return name, 12_345_678, i.store.Backup(ctx, name)
}

// TokenUses knows two tokens.
func (installation) TokenUses() []console.TokenUse {
	return []console.TokenUse{{Name: "METRICS_TOKEN"}, {Name: "PUBLISH_TOKEN", Last: time.Now().Add(-time.Hour)}}
}

func TestSetup_ChecksAndBacksUp(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	v := (&visitor{house: h}).signIn()
	page := textOf(v.get("/setup").text, "main")
	for _, want := range []string{"1.2.3", "12.3 MB", "METRICS_TOKEN not used since the start", "PUBLISH_TOKEN last used 60 min ago"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q: %s", want, page)
		}
	}
	if said := v.sends("/setup/check", "back", "/setup"); !strings.Contains(said, "1 fault") {
		t.Errorf("checking says %q", said)
	}
	if page := textOf(v.get("/setup").text, "main"); !strings.Contains(page, "paper the platform refuses the token") {
		t.Errorf("the page lacks what was found: %s", page)
	}
	if said := v.sends("/setup/backup", "back", "/setup"); !strings.Contains(said, "backup.db, 12.3 MB") {
		t.Errorf("the backup says %q", said)
	}
	if log := h.log.String(); !strings.Contains(log, `by="console token" path=/setup/backup`) {
		t.Error("the log doesn't say who did it")
	}
}
