package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/internal/console"
	"tidings/internal/store"
	"tidings/internal/web"
)

// installation is what the console shows of the setup.
type installation struct {
	settings *settings
	db       *store.Store
	server   func() *web.Server
	since    time.Time
}

// Facts says what the program is and what it runs on.
func (i *installation) Facts(ctx context.Context) ([]console.Fact, error) {
	size, err := i.db.Size(ctx)
	if err != nil {
		return nil, err
	}
	growth, err := i.growth(ctx, size.Bytes)
	if err != nil {
		return nil, err
	}
	kind := "PostgreSQL"
	if path, ok := i.settings.SQLitePath(); ok {
		kind = "SQLite, " + path
	}
	reached := "not set"
	if i.settings.PublicURL != "" {
		reached = i.settings.PublicURL
	}
	return []console.Fact{
		{Name: "Version", Value: thisBuild().String()},
		{Name: "Running since", Value: i.since.In(i.settings.Timezone).Format("2 Jan 2006, 15:04 MST")},
		{Name: "Database", Value: kind},
		{Name: "Size", Value: sizeOf(size)},
		{Name: "Growth", Value: growth},
		{Name: "Listens at", Value: i.server().Addr()},
		{Name: "PUBLIC_URL", Value: reached},
		{Name: "Time zone", Value: i.settings.Timezone.String()},
	}, nil
}

// sizeOf says how much room a database takes, and how much is left for it.
func sizeOf(s bot.DatabaseSize) string {
	text := console.Bytes(s.Bytes)
	if s.Volume > 0 {
		text += ", " + console.Bytes(s.Free) + " left"
	}
	return text
}

// growth says about how much the database grows: by the share that the articles of the last weeks have of all.
func (i *installation) growth(ctx context.Context, bytes int64) (string, error) {
	stats, err := i.db.Stats(ctx)
	if err != nil {
		return "", err
	}
	recent, err := i.db.PublishedSince(ctx, time.Now().AddDate(0, 0, -answer.RateDays))
	if err != nil {
		return "", err
	}
	var n int64
	for _, articles := range recent {
		n += articles
	}
	if stats.Articles == 0 || n == 0 {
		return "none lately", nil
	}
	const weeks = answer.RateDays / 7
	return "about " + console.Bytes(int64(float64(bytes)*float64(n)/float64(stats.Articles)/weeks)) + " a week", nil
}

// Check checks what tidings check does, with the settings that the program has.
func (i *installation) Check(ctx context.Context) ([]console.Finding, error) {
	var out bytes.Buffer
	r := &checkReport{w: &out, json: true}
	r.warn("environment", i.settings.Warnings...)
	r.checkStore(ctx, i.settings)
	if err := r.checkPlatforms(ctx, i.settings); err != nil {
		return nil, err
	}
	var findings []console.Finding
	for lines := json.NewDecoder(&out); lines.More(); {
		var l checkLine
		if err := lines.Decode(&l); err != nil {
			return nil, fmt.Errorf("read what was found: %w", err)
		}
		findings = append(findings, console.Finding{What: l.Check, Result: l.Result, Text: l.Text})
	}
	return findings, nil
}

// Backup writes a backup beside the database, or where the program was started if that isn't a file.
func (i *installation) Backup(ctx context.Context) (name string, size int64, err error) {
	folder := "."
	if path, ok := i.settings.SQLitePath(); ok {
		folder = filepath.Dir(path)
	}
	name = filepath.Join(folder, "tidings-"+time.Now().UTC().Format("20060102-150405")+".db")
	switch err = i.db.Backup(ctx, name); {
	case errors.Is(err, fs.ErrPermission):
		return "", 0, bot.UserErrorf("The bot may not write to %s. Use tidings backup FILE instead.", folder)
	case err != nil:
		return "", 0, err
	}
	info, err := os.Stat(name)
	if err != nil {
		return "", 0, fmt.Errorf("backup: %w", err)
	}
	return name, info.Size(), nil
}

// TokenUses says when tokens were last used.
func (i *installation) TokenUses() []console.TokenUse {
	var list []console.TokenUse
	for _, u := range i.server().TokenUses() {
		list = append(list, console.TokenUse(u))
	}
	return list
}
