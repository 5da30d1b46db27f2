package archtest

import (
	"slices"
	"strings"
	"testing"
)

func TestRepository(t *testing.T) {
	tree := repository(t)
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			for _, place := range r.check(tree) {
				t.Error(place)
			}
		})
	}
}

// TestRules_FindWhatBreaksThem gives each rule a tree that breaks it, beside things that do not.
func TestRules_FindWhatBreaksThem(t *testing.T) {
	broken := brokenTrees(t)
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			cases := broken[r.name]
			if len(cases) == 0 {
				t.Fatal("no broken tree shows that this rule can fail")
			}
			for _, c := range cases {
				got := r.check(c.tree)
				if len(got) != len(c.want) {
					t.Errorf("got %q, want %d that say %q", got, len(c.want), c.want)
					continue
				}
				for _, want := range c.want {
					if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, want) }) {
						t.Errorf("got %q, want one that says %q", got, want)
					}
				}
			}
		})
	}
}

// brokenTree is a tree and the beginnings of what a rule says about it.
type brokenTree struct {
	tree tree
	want []string
}

// sources makes a tree of pairs of path and source.
func sources(t *testing.T, pairs ...string) tree {
	t.Helper()
	var made tree
	for pair := range slices.Chunk(pairs, 2) {
		made.files = append(made.files, parse(t, pair[0], []byte(pair[1])))
	}
	return made
}

func brokenTrees(t *testing.T) map[string][]brokenTree {
	t.Helper()
	example := readExample(t)
	return map[string][]brokenTree{
		"packages import along the arrows": {
			{
				sources(t,
					"bot/a.go", `package bot; import ("fmt"; "tidings/bot/filter"; "tidings/internal/store")`,
					"bot/a_test.go", `package bot; import "tidings/internal/sandbox"`,
					"bot/discord/a.go", `package discord; import ("tidings/bot"; "tidings/bot/telegram")`,
					"bot/matrix/a.go", `package matrix; import ("tidings/bot"; "tidings/internal/store")`,
					"internal/sandbox/wire/a.go", `package wire; import "tidings/internal/sandbox"`,
					"internal/feed/a.go", `package feed; import ("tidings/internal/htmltext"; "tidings/internal/store")`,
					"cmd/tidings/a.go", `package main; import "tidings/internal/store"`,
				),
				[]string{
					"bot/a.go: imports internal/store", "bot/discord/a.go: imports bot/telegram",
					"bot/matrix/a.go: imports internal/store", "internal/feed/a.go: imports internal/store",
				},
			},
			{sources(t, "internal/util/a.go", `package util`), []string{"internal/util/a.go: is in a package"}},
		},
		"libraries stay in their homes": {{
			sources(t,
				"internal/web/a.go", `package web; import ("database/sql"; "github.com/bwmarrin/discordgo"; "net/http")`,
				"internal/web/a_test.go", `package web; import "github.com/google/go-cmp/cmp"`,
				"bot/discord/a.go", `package discord; import ("github.com/bwmarrin/discordgo"; "github.com/caarlos0/env/v11")`,
				"internal/demo/a.go", `package demo; import ("testing"; "testing/fstest"; "github.com/chromedp/chromedp")`,
			),
			[]string{
				"web/a.go: imports database/sql", "web/a.go: imports github.com/bwmarrin/discordgo",
				"bot/discord/a.go: imports github.com/caarlos0/env/v11",
				"demo/a.go: imports testing,", "demo/a.go: imports testing/fstest", "demo/a.go: imports github.com/chromedp/chromedp",
			},
		}},
		"the core is built from little": {{
			tree{coreDeps: []dep{
				{"context", true},
				{"database/sql", true},
				{"net/http", true},
				{"golang.org/x/text/width", false},
				{"tidings/bot", false},
				{"tidings/bot/filter", false},
				{"tidings/internal/store", false},
				{"github.com/google/uuid", false},
			}},
			[]string{"from database/sql", "from net/http", "from tidings/internal/store", "from github.com/google/uuid"},
		}},
		"the core names no platform": {{
			sources(t,
				"bot/a.go", "package bot\n\n// Discord is a platform.\nconst a, telegramLimit = \"Discord\", 1\n",
				"bot/discord/a.go", "package discord",
			),
			[]string{`bot/a.go:4:26: "Discord"`, "bot/a.go:4:10: telegramLimit"},
		}},
		"each package says once what it is for": {{
			sources(t,
				"a/a.go", "// Package a is.\npackage a", "a/b.go", "//go:build linux\n\npackage a", "a/c_test.go", "package a",
				"b/a.go", "package b",
				"c/a.go", "// Package c is.\npackage c", "c/b.go", "// Package c is more.\npackage c",
				"d/a.go", "// Package d is.\npackage d", "d/a_test.go", "// Package d is tested.\npackage d",
				"e/a.go", "//nolint:all\npackage e",
			),
			[]string{"b: has 0", "c: has 2", "d: has 2", "e: has 0"},
		}},
		"config alone reads the environment": {{
			sources(t,
				"bot/a.go", `package bot; import "os"; var a = os.Getenv("A")`,
				"bot/b.go", `package bot; import "os"; var b = os.LookupEnv`,
				"bot/a_test.go", `package bot; import "os"; var c = os.Environ()`,
				"internal/config/a.go", `package config; import "os"; var a = os.Getenv("A")`,
				"cmd/tidings/a.go", `package main; import "os"; var a = os.Environ()`,
				"cmd/other/a.go", `package main; import "os"; var a = os.Environ()`,
			),
			[]string{"bot/a.go: uses os.Getenv", "bot/b.go: uses os.LookupEnv", "cmd/other/a.go: uses os.Environ"},
		}},
		"tests wait for events and not for time": {{
			sources(t,
				"bot/a_test.go", `package bot; import "time"; var wait = time.Sleep`,
				"bot/b_test.go", `package bot; import "time"; var wait = time.After`,
				"bot/a.go", `package bot; import "time"; var wait = time.Sleep`,
			),
			[]string{"bot/a_test.go: sleeps"},
		}},
		"nothing happens before main": {{
			sources(t,
				"bot/a.go", `package bot; func init() {}`,
				"bot/b.go", `package bot; type t int; func (t) init() {}`,
			),
			[]string{"bot/a.go: has an init"},
		}},
		"a file holds one noun": {{
			sources(t,
				"bot/a.go", "package bot\n"+strings.Repeat("\n", maxLines),
				"bot/b.go", "package bot\n"+strings.Repeat("\n", maxLines-1),
			),
			[]string{"bot/a.go: has 701 lines"},
		}},
		"the top level stays as agreed": {{
			tree{top: []string{".ci/", ".env.example", "bot/", "docs/", "go.mod", "notes.txt"}},
			[]string{"docs/:", "notes.txt:"},
		}},
		"the example lists what is read": {
			{tree{}, []string{"DATABASE_URL: is missing"}},
			{tree{example: example + "#NEW=1\n"}, []string{"NEW: is not read"}},
			{tree{example: strings.Replace(example, "#LOG_LEVEL=info", "#LOG_LEVEL=warn", 1)}, []string{"LOG_LEVEL=warn where"}},
			{tree{example: strings.Replace(example, "# Example: TIMEZONE", "# TIMEZONE", 1)}, []string{"TIMEZONE: does not say"}},
			{tree{example: strings.Replace(example, "DISCORD_TOKEN_FILE.", "a file.", 1)}, []string{"DISCORD_TOKEN: does not say"}},
			{tree{example: strings.Replace(example, "LOG_FORMAT=text", "LOGFORMAT=text", 1)}, []string{"LOGFORMAT=text where"}},
		},
	}
}
