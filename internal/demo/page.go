package demo

import (
	"embed"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

//go:embed assets
var assets embed.FS

// policy lets the page load what the page brings, and nothing else; www.w3.org/TR/CSP3.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Page returns the page at / with all it needs below /demo/. Serve it at the root of an address of one's own.
func (d *Demo) Page() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", serveIndex)
	mux.Handle("GET /demo/assets/", http.StripPrefix("/demo/", http.FileServerFS(assets)))
	mux.HandleFunc("GET "+picturePath+"{name}", servePicture)
	mux.HandleFunc("GET /demo/stories/{slug}", d.serveStory)
	mux.HandleFunc("GET /demo/events", d.events)
	mux.HandleFunc("POST /demo/publish", acting(d.publish))
	mux.HandleFunc("POST /demo/correct", acting(d.correct))
	mux.HandleFunc("POST /demo/withdraw", acting(d.withdraw))
	mux.HandleFunc("POST /demo/discord/menu", acting(d.discordMenu))
	mux.HandleFunc("POST /demo/discord/use", acting(d.discordUse))
	mux.HandleFunc("POST /demo/discord/submit", acting(d.discordSubmit))
	mux.HandleFunc("POST /demo/discord/say", acting(d.discordSay))
	mux.HandleFunc("POST /demo/discord/press", acting(d.discordPress))
	mux.HandleFunc("POST /demo/discord/suggest", acting(d.discordSuggest))
	mux.HandleFunc("POST /demo/telegram/say", acting(d.telegramSay))
	mux.HandleFunc("POST /demo/telegram/press", acting(d.telegramPress))
	return guard(http.NewCrossOriginProtection().Handler(mux))
}

// guard refuses requests under a name that is not this machine's, which a hostile website could have pointed here
// (DNS rebinding), and limits what the page may do.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isOwnHost(r.Host) {
			http.Error(w, "the demo answers under localhost or an IP address only", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if !strings.HasPrefix(r.URL.Path, picturePath) {
			h.Set("Cache-Control", "no-cache")
		}
		next.ServeHTTP(w, r)
	})
}

// isOwnHost reports whether a Host header names an IP address or localhost: no website can have such a name.
func isOwnHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return true
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

func serveIndex(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, assets, "assets/page.html")
}

// serveStory shows an article of the newsroom, for those who follow a link.
func (d *Demo) serveStory(w http.ResponseWriter, r *http.Request) {
	s, ok := d.room.find(r.PathValue("slug"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	page, err := template.ParseFS(assets, "assets/story.html")
	if err != nil {
		http.Error(w, "the story cannot be shown", http.StatusInternalServerError)
		return
	}
	picture := ""
	if s.pictured {
		picture = s.picture()
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, map[string]any{
		"Title": s.title, "Dek": s.dek, "Authors": strings.Join(s.authors, " | "), "Tags": s.tags, "Picture": picture,
		"Published": s.published.UTC().Format(time.RFC3339), "Date": s.published.UTC().Format("January 2, 2006, 15:04 MST"),
	})
}
