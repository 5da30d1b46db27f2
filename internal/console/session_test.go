package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const public = "https://news.example"

func TestSignIn_SetsACookieThatFitsTheScheme(t *testing.T) {
	t.Parallel()
	h := open(t, plan{publicURL: public})
	for host, want := range map[string]struct {
		name   string
		secure bool
	}{"": {"tidings", false}, "localhost:1": {"tidings", false}, "news.example": {"__Host-tidings", true}, "NEWS.example:8443": {"__Host-tidings", true}} {
		v := &visitor{house: h, host: host}
		c := v.post("/sign-in", "token", token).cookie(want.name)
		if c == nil || c.Secure != want.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 86400 {
			t.Errorf("as %q: cookie %+v, want one named %s, secure %v, of a day", host, c, want.name, want.secure)
		}
	}
}

func TestSession_IsNoneThatTheBrowserBrought(t *testing.T) {
	t.Parallel()
	h := open(t, plan{publicURL: public})
	mallory := (&visitor{house: h}).signIn()
	victim := &visitor{house: h, cookie: mallory.cookie} // planted before signing in
	victim.signIn()
	if victim.cookie == mallory.cookie {
		t.Error("signing in keeps the session that was there before")
	}
	if mallory.isIn() {
		t.Error("the planted session lives on")
	}
	for _, made := range []string{"tidings=tAAAAAAAAAAAAAAAAAAAAAAAAAA", "tidings=", "tidings=l", "other=x"} {
		if (&visitor{house: h, cookie: made}).isIn() {
			t.Errorf("%q is let in", made)
		}
	}
}

// Plain HTTP can set any cookie of a host but one whose name begins with __Host-.
func TestSession_OfPlainHTTPIsNoneUnderTheSecureName(t *testing.T) {
	t.Parallel()
	h := open(t, plan{publicURL: public})
	v := (&visitor{house: h}).signIn()
	if !v.isIn() {
		t.Fatal("the session is none where it began")
	}
	v.host = "news.example"
	if v.isIn() {
		t.Error("a cookie that plain HTTP can set is let in over HTTPS")
	}
}

func TestSession_Ends(t *testing.T) {
	t.Parallel()
	file := t.TempDir() + "/tidings.db"
	h := open(t, plan{file: file})
	v := (&visitor{house: h}).signIn()
	link, err := h.sessions.SignInLink(t.Context(), operator)
	h.must(err)
	byLink := &visitor{house: h}
	c := byLink.post("/sign-in/link", "code", codeOf(t, link.URL)).cookie("tidings")
	byLink.cookie = "tidings=" + c.Value

	h.ahead.Store(int64(24*time.Hour - time.Minute))
	if !v.isIn() || !byLink.isIn() {
		t.Error("a session ends before its day")
	}
	changed := open(t, plan{file: file, token: "another-token-of-ours"})
	if (&visitor{house: changed, cookie: v.cookie}).isIn() {
		t.Error("a session by token goes on under another token")
	}
	if !(&visitor{house: changed, cookie: byLink.cookie}).isIn() {
		t.Error("a session by link doesn't outlive a restart")
	}
	dismissed := open(t, plan{file: file, operators: []string{"paper:8"}})
	if (&visitor{house: dismissed, cookie: byLink.cookie}).isIn() {
		t.Error("who isn't an operator any more is let in")
	}
	h.ahead.Store(int64(24*time.Hour + time.Minute))
	if v.isIn() || byLink.isIn() {
		t.Error("a session goes on after its day")
	}
	h.ahead.Store(0)
	if r := v.post("/sign-out"); r.StatusCode != http.StatusSeeOther || r.cookie("tidings") == nil || r.cookie("tidings").MaxAge >= 0 {
		t.Errorf("signing out: status %d, cookies %v", r.StatusCode, r.Cookies())
	}
	if v.isIn() {
		t.Error("the cookie of a session that was signed out is let in")
	}
}

func codeOf(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil || u.Query().Get("code") == "" {
		t.Fatalf("link %q, %v", link, err)
	}
	return u.Query().Get("code")
}

func TestLink_SignsInOnceAndByThePressedButtonAlone(t *testing.T) {
	t.Parallel()
	h := open(t, plan{token: "none"})
	link, err := h.sessions.SignInLink(t.Context(), operator)
	h.must(err)
	if !strings.HasPrefix(link.URL, h.url+"/sign-in/link?code=") || !link.Local || link.For != 5*time.Minute {
		t.Errorf("link %+v", link)
	}
	code := codeOf(t, link.URL)
	preview := &visitor{house: h}
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodGet} {
		r := preview.do(method, strings.TrimPrefix(link.URL, h.url), nil)
		if r.StatusCode != http.StatusOK || len(r.Cookies()) > 0 {
			t.Errorf("%s of the link: status %d, cookies %v", method, r.StatusCode, r.Cookies())
		}
	}
	for i, want := range []int{http.StatusSeeOther, http.StatusForbidden} {
		r := preview.post("/sign-in/link", "code", code)
		if r.StatusCode != want || (len(r.Cookies()) > 0) != (want == http.StatusSeeOther) {
			t.Errorf("press %d: status %d, cookies %v", i+1, r.StatusCode, r.Cookies())
		}
		if i == 0 && !strings.Contains(h.log.String(), "by="+operator) {
			t.Errorf("the log doesn't say who signed in:\n%s", h.log.String())
		}
	}
	if strings.Contains(h.log.String(), code) {
		t.Error("the log has the link's code")
	}
	late, err := h.sessions.SignInLink(t.Context(), operator)
	h.must(err)
	h.ahead.Store(int64(5*time.Minute + time.Second))
	if r := preview.post("/sign-in/link", "code", codeOf(t, late.URL)); r.StatusCode != http.StatusForbidden || !strings.Contains(r.text, "/console") {
		t.Errorf("an expired link: status %d", r.StatusCode)
	}
	if r := preview.post("/sign-in", "token", ""); r.StatusCode != http.StatusForbidden {
		t.Errorf("no token is set, and none signs in with status %d", r.StatusCode)
	}
}

func TestForms_OfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	h := open(t, plan{publicURL: public})
	v := (&visitor{house: h}).signIn()
	host := strings.TrimPrefix(h.url, "http://")
	for _, forged := range []map[string]string{
		{"Origin": "https://evil.example"},
		{"Origin": "null"},
		{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
		{"Sec-Fetch-Site": "cross-site"},
		{"Sec-Fetch-Site": "same-site"},
		{"Origin": "http://" + host + ".evil.example"},
	} {
		v.header = forged
		for _, path := range []string{"/sign-out", "/sign-in", "/sign-in/link"} {
			r := v.post(path, "token", token)
			if r.StatusCode != http.StatusForbidden || !strings.Contains(r.text, "Sec-Fetch-Site") || len(r.Cookies()) > 0 {
				t.Errorf("%v to %s: status %d", forged, path, r.StatusCode)
			}
		}
	}
	v.header = nil
	if !v.isIn() {
		t.Error("a forged form signed out")
	}
	for _, own := range []map[string]string{
		{"Origin": "http://" + host}, {"Origin": "http://" + host, "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"},
	} {
		if r := (&visitor{house: h, header: own}).post("/sign-in", "token", token); r.StatusCode != http.StatusSeeOther {
			t.Errorf("%v: status %d", own, r.StatusCode)
		}
	}
}

func TestSignIn_LimitsWrongTokensAndNeverTheRightOne(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	v := &visitor{house: h}
	refused := 0
	for i := range 30 {
		if r := v.post("/sign-in", "token", fmt.Sprint("wrong ", i)); r.StatusCode == http.StatusTooManyRequests {
			refused++
			if r.Header.Get("Retry-After") == "" {
				t.Error("a refusal doesn't say for how long")
			}
		}
	}
	if refused < 15 {
		t.Errorf("%d of 30 wrong tries were refused", refused)
	}
	if n := strings.Count(h.log.String(), "sign-in to the console failed"); n > 20 {
		t.Errorf("the log has %d lines of it", n)
	}
	v.signIn()
	if !v.isIn() {
		t.Error("the right token is locked out")
	}
}

func TestSignIn_LeadsToNoOtherSite(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	for next, want := range map[string]string{
		"/now?x=1": "/now?x=1", "": "/", "//evil.example/": "/", "https://evil.example/": "/", `/\evil.example`: "/", "javascript:alert(1)": "/",
		"/\t/evil.example": "/", "now": "/", "http:now": "/",
	} {
		if got := (&visitor{house: h}).post("/sign-in", "token", token, "next", next).Header.Get("Location"); got != want {
			t.Errorf("next %q leads to %q, want %q", next, got, want)
		}
	}
}

// What goes on streaming shows what only those who are signed in may see.
func TestSignOut_EndsWhatStreams(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	v := (&visitor{house: h}).signIn()
	lines, cancel := v.lines("/now/events")
	defer cancel()
	if line := <-lines; line != "retry: 5000" {
		t.Fatalf("the stream begins with %q", line)
	}
	v.post("/sign-out")
	for range lines { // until it ends
	}
	if v.Context().Err() != nil {
		t.Error("the stream goes on")
	}
}

func TestStop_EndsWhatStreamsFirst(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	v := (&visitor{house: h}).signIn()
	lines, cancel := v.lines("/now/events")
	defer cancel()
	<-lines
	h.stop()
	for range lines { // until it ends
	}
}
