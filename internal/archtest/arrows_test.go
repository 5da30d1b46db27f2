package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// arrows says which of our packages each package may import. A folder below an internal one belongs to it. A
// package below bot that is not named here is an adapter, so that a new platform needs no change here. Every
// package may import those of anybody.
func arrows() map[string][]string {
	return map[string][]string{
		"bot":                  {"bot/filter"},
		"bot/answer":           {"bot", "bot/filter", "bot/deliver", "bot/edition", "bot/plan"},
		"bot/deliver":          {"bot", "bot/edition", "bot/filter", "bot/pace", "bot/plan"},
		"bot/edition":          {"bot"},
		"bot/engine":           {"bot", "bot/answer", "bot/deliver", "bot/filter", "bot/pace", "bot/plan"},
		"bot/language":         {"bot"},
		"bot/pace":             {"bot"},
		"bot/plan":             {"bot", "bot/filter"},
		"bot/filter":           {},
		"bot/bottest":          {"bot"},
		"internal/archtest":    {},
		"internal/browsertest": {},
		"internal/config":      {},
		"internal/console":     {"bot", "bot/answer", "bot/deliver", "bot/filter"},
		"internal/database":    {},
		"internal/demo":        {"internal/sandbox"},
		"internal/digest":      {"bot", "internal/htmltext"},
		"internal/feed":        {"bot", "internal/htmltext", "internal/rawjson"},
		"internal/figures":     {},
		"internal/htmltext":    {"bot"},
		"internal/lazyregexp":  {},
		"internal/poll":        {"bot", "internal/feed", "internal/retry"},
		"internal/peers":       {}, // tests alone
		"internal/pgtest":      {},
		"internal/rawjson":     {},
		"internal/retry":       {},
		"internal/sandbox":     {},
		"internal/secret":      {},
		"internal/store":       {"bot", "bot/edition", "bot/filter", "bot/plan", "internal/database"},
		"internal/typo":        {},
		"internal/web":         {"bot", "internal/rawjson"},
		"internal/zipf":        {}, // used by tests alone
	}
}

// homes says which packages may use a library, by the beginning of its import path. Other libraries may be
// used where they are needed, except in bot.
func homes() map[string][]string {
	return map[string][]string{
		"database/sql":                               {"internal/database"},
		"github.com/alecthomas/kong":                 {"cmd/tidings"},
		"github.com/bwmarrin/discordgo":              {"bot/discord"},
		"github.com/caarlos0/env":                    {"internal/config"},
		"github.com/chromedp/":                       {"internal/browsertest"},
		"github.com/go-telegram-bot-api/":            {"bot/telegram"},
		"github.com/google/go-cmp":                   {"bot/bottest"},
		"github.com/jackc/pgx":                       {"internal/database", "internal/pgtest"},
		"github.com/joho/godotenv":                   {"internal/config"},
		"github.com/leonelquinteros/gotext":          {"bot/language"},
		"github.com/pressly/goose":                   {"internal/database"},
		"github.com/rogpeppe/go-internal/testscript": {},
		"github.com/schollz/progressbar":             {"cmd/tidings"},
		"modernc.org/sqlite":                         {"internal/database"},
		"testing":                                    {"bot/bottest", "internal/browsertest", "internal/pgtest"},
	}
}

// home returns the package to which a folder belongs.
func home(pkg string) string {
	parts := strings.Split(pkg, "/")
	if parts[0] == "internal" || parts[0] == "cmd" {
		parts = parts[:min(len(parts), 2)]
	}
	return strings.Join(parts, "/")
}

// anybody lists what every package may import.
func anybody() []string {
	return []string{"internal/lazyregexp", "internal/retry", "internal/secret", "internal/typo"}
}

// mayImport returns what the package at home may import of ours; known is false if no rule covers it.
func mayImport(pkg string) (allowed []string, known bool) {
	allowed, known = arrows()[pkg]
	if !known && path.Dir(pkg) == "bot" {
		return []string{"bot"}, true
	}
	return allowed, known
}

func checkArrows(t tree) []string {
	var broken []string
	for _, f := range t.files {
		from := home(f.pkg())
		if f.isTest() || strings.HasPrefix(from, "cmd/") {
			continue
		}
		allowed, known := mayImport(from)
		if !known {
			broken = append(broken, f.path+": is in a package that arrows does not name")
			continue
		}
		for _, p := range f.imports() {
			to, ours := strings.CutPrefix(p, module+"/")
			if ours && home(to) != from && !slices.Contains(slices.Concat(allowed, anybody()), home(to)) {
				broken = append(broken, fmt.Sprintf("%s: imports %s; %s may import %v of ours", f.path, to, from, allowed))
			}
		}
	}
	return broken
}

func checkHomes(t tree) []string {
	var broken []string
	for _, f := range t.files {
		if f.isTest() {
			continue
		}
		for _, p := range f.imports() {
			for library, allowed := range homes() {
				if below(p, library) && !slices.Contains(allowed, home(f.pkg())) {
					broken = append(broken, fmt.Sprintf("%s: imports %s, which outside tests belongs in %v", f.path, p, allowed))
				}
			}
		}
	}
	return broken
}

// below reports whether the import path is the library or a package of it.
func below(p, library string) bool {
	return p == library || strings.HasPrefix(p, strings.TrimSuffix(library, "/")+"/")
}

// core lists the packages of the product itself: its words and the rooms that work with them. They know no platform,
// no SQL and no HTTP.
func core() []string {
	return []string{"bot", "bot/answer", "bot/deliver", "bot/edition", "bot/engine", "bot/filter", "bot/pace", "bot/plan"}
}

// checkCoreDeps limits the core to the standard library without SQL and HTTP, to golang.org/x, to what anybody may
// import, and to itself.
func checkCoreDeps(t tree) []string {
	var broken []string
	for _, d := range t.coreDeps {
		switch {
		case d.standard && d.path != "net/http" && d.path != "database/sql":
		case strings.HasPrefix(d.path, "golang.org/x/"), slices.Contains(anybody(), strings.TrimPrefix(d.path, module+"/")):
		case slices.Contains(core(), strings.TrimPrefix(d.path, module+"/")):
		default:
			broken = append(broken, "the core: is built from "+d.path)
		}
	}
	return broken
}
