package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"tidings/bot"
)

// paths are those of the console that somebody might guess.
func paths() []string {
	return []string{
		"/now", "/now/events", "/sources", "/sources/nknews", "/chats", "/setup", "/articles", "/articles/1", "/articles/new", "/articles/1/change", "/articles/withdraw", "/lab", "/filter", "/sign-out", "/press", "/no-such-page",
		"/sources/add", "/setup/backup", "/sources.opml", "/assets/", "/assets/now.html", "/assets/layout.html", "/robots.txt", "/..%2f", "/favicon.ico",
	}
}

func TestNobody_LearnsNothing(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	h.must(h.store.AddSource(t.Context(), bot.Source{Name: "hushwire", Kind: bot.FeedSource, URL: "https://hush.example/feed", Title: "Hush Wire"}))
	_, err := h.store.Subscribe(t.Context(), bot.Subscription{Target: bot.Target{Platform: "paper", Chat: "hush-room"}, Filter: "hushhush"})
	h.must(err)
	v := &visitor{house: h}
	secret := regexp.MustCompile(`(?i)hush|v-secret|paper|dev\b`)
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		for _, path := range paths() {
			r := v.do(method, path, nil)
			if asset := strings.HasPrefix(path, "/assets/"); !asset && (r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(r.Header.Get("Location"), "/sign-in")) ||
				asset && r.StatusCode < 300 {
				t.Errorf("%s %s: status %d to %q, want the page to sign in", method, path, r.StatusCode, r.Header.Get("Location"))
			}
			if found := secret.FindString(r.text); found != "" || len(r.Cookies()) > 0 {
				t.Errorf("%s %s tells %q, cookies %v", method, path, found, r.Cookies())
			}
		}
	}
	root, page := v.get("/"), v.get("/sign-in")
	nonce := regexp.MustCompile(`nonce="[^"]+"`)
	if root.StatusCode != http.StatusOK || nonce.ReplaceAllString(root.text, "") != nonce.ReplaceAllString(page.text, "") {
		t.Errorf("/ has status %d and isn't the page to sign in", root.StatusCode)
	}
	if found := secret.FindString(root.text); found != "" {
		t.Errorf("the page to sign in tells %q", found)
	}
	for _, path := range []string{"/assets/style.css", "/assets/console.js", "/assets/icon.svg"} {
		if r := v.get(path); r.StatusCode != http.StatusOK || secret.MatchString(r.text) {
			t.Errorf("%s: status %d", path, r.StatusCode)
		}
	}
}

// A page of a stranger can have a browser call the console under the stranger's name (DNS rebinding).
func TestConsole_AnswersUnderItsOwnNamesAlone(t *testing.T) {
	t.Parallel()
	h := open(t, plan{publicURL: public})
	for host, want := range map[string]int{"evil.example": http.StatusMisdirectedRequest, "news.example": http.StatusOK, "localhost:99": http.StatusOK} {
		if r := (&visitor{house: h, host: host}).get("/"); r.StatusCode != want {
			t.Errorf("as %s: status %d, want %d", host, r.StatusCode, want)
		}
	}
}

func TestDemo_SignsEverybodyIn(t *testing.T) {
	t.Parallel()
	h := open(t, plan{everybody: "demo visitor"})
	var visits sync.WaitGroup
	for range 8 {
		visits.Go(func() {
			if r := (&visitor{house: h}).get("/now"); r.StatusCode != http.StatusOK || !strings.Contains(r.text, "demo visitor") || strings.Contains(r.text, "Sign out") {
				t.Errorf("status %d", r.StatusCode)
			}
		})
	}
	visits.Wait()
}

func TestAnswers_LimitWhatPagesMayDo(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	v := (&visitor{house: h}).signIn()
	for _, path := range []string{"/", "/now", "/sign-in", "/no-such-page", "/assets/console.js", "/now?x=%22%3E%3Cscript%3E"} {
		r := v.get(path)
		csp := r.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy lacks %s", path, want)
			}
		}
		if strings.Contains(csp, "unsafe") || r.Header.Get("Referrer-Policy") != "same-origin" || r.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", path, r.Header)
		}
		if nonce := regexp.MustCompile(`nonce="([^"]+)"`).FindStringSubmatch(r.text); nonce != nil && !strings.Contains(csp, "script-src 'nonce-"+nonce[1]+"'") {
			t.Errorf("%s: the policy doesn't let its own script run", path)
		}
		if strings.Contains(r.text, "<script>") || strings.Contains(r.text, "style=") || regexp.MustCompile(` on\w+=`).MatchString(r.text) {
			t.Errorf("%s has script or style of its own", path)
		}
	}
	if a, b := v.get("/now"), v.get("/now"); a.Header.Get("Content-Security-Policy") == b.Header.Get("Content-Security-Policy") {
		t.Error("two pages have the same nonce")
	}
	if r := v.get("/no-such-page"); r.StatusCode != http.StatusNotFound {
		t.Errorf("no such page has status %d", r.StatusCode)
	}
}
