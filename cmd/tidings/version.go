package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"tidings/internal/web"
)

// What the linker sets in releases: -X main.version=1.2.3. What it leaves out is what the compiler noted of git, if
// anything.
var version, commit, date string

// versionCmd is tidings version.
type versionCmd struct {
	JSON bool `help:"Print a JSON object."`
}

// Run prints what the program was built from.
func (c versionCmd) Run(p *program) error {
	b := thisBuild()
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(b)
	}
	_, err := fmt.Fprintln(p.stdout, "tidings", b)
	return err
}

// build is what a program was built from.
type build struct {
	Version  string    `json:"version"`            // without "v"; "dev" if unknown
	Commit   string    `json:"commit,omitempty"`   // of git, in full; "" if unknown
	Date     time.Time `json:"date,omitzero"`      // of the commit; zero if unknown
	Modified bool      `json:"modified,omitempty"` // with changes that aren't in the commit
	Go       string    `json:"go"`
	Platform string    `json:"platform"` // as in linux/amd64
}

// thisBuild returns what this program was built from.
func thisBuild() build {
	linked := build{Version: version, Commit: commit, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	linked.Date, _ = time.Parse(time.RFC3339, date)
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = new(debug.BuildInfo)
	}
	return linked.complete(info)
}

// complete fills in what the linker did not set.
func (b build) complete(info *debug.BuildInfo) build {
	noted := map[string]string{}
	for _, s := range info.Settings {
		noted[s.Key] = s.Value
	}
	if info.Main.Version != "(devel)" {
		b.Version = cmp.Or(b.Version, info.Main.Version)
	}
	b.Version = cmp.Or(strings.TrimPrefix(b.Version, "v"), "dev")
	b.Commit = cmp.Or(b.Commit, noted["vcs.revision"])
	if b.Date.IsZero() {
		b.Date, _ = time.Parse(time.RFC3339, noted["vcs.time"])
	}
	b.Modified = noted["vcs.modified"] == "true"
	return b
}

// String is how people read it: 1.2.3 (0123456789ab, 2026-11-29, go1.26.8, linux/amd64).
func (b build) String() string {
	var about []string
	if b.Commit != "" {
		about = append(about, b.shortCommit())
	}
	if day := b.day(); day != "" {
		about = append(about, day)
	}
	if b.Modified {
		about = append(about, "modified")
	}
	return b.Version + " (" + strings.Join(append(about, b.Go, b.Platform), ", ") + ")"
}

// shortCommit is enough of the commit for people and git to find it.
func (b build) shortCommit() string { return b.Commit[:min(len(b.Commit), 12)] }

// day is the day of the commit, or "".
func (b build) day() string {
	if b.Date.IsZero() {
		return ""
	}
	return b.Date.UTC().Format(time.DateOnly)
}

// labels is what metrics say of it.
func (b build) labels() web.Build {
	return web.Build{Version: b.Version, Commit: b.shortCommit(), Date: b.day(), Go: b.Go}
}

// attrs is what the log says of it.
func (b build) attrs() []any {
	return []any{"version", b.Version, "commit", b.shortCommit(), "date", b.day()}
}
