package poll

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tidings/bot"
)

// special returns addresses that are nobody's on the Internet, or not what they seem: those of IANA's
// registries of special addresses, and what else leads to a neighbor.
func special() []string {
	return []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.0.0.1", "192.0.0.192", "192.0.2.1", "192.31.196.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255",
		"198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
		"[::]", "[::1]", "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[100::1]",
		"[2001::1]", "[2001:db8::1]", "[2002:7f00:1::]", "[3fff::1]", "[5f00::1]", "[fc00::1]", "[fd12:3456::1]", "[fe80::1]",
		"[fec0::1]", "[ff02::1]",
	}
}

const refused = "the address is not public, or its port is not one of the web"

func TestPublic_RefusesEverySpecialAddress(t *testing.T) {
	t.Parallel()
	p, err := New(Config{Sink: newMemory()})
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range special() {
		for _, address := range []string{"http://" + host + "/", "https://" + host + "/", "http://a:b@" + host + "/?c"} {
			if err := check(t.Context(), p, address); err == nil || err.Error() != refused {
				t.Errorf("%s: %v", address, err)
			}
		}
	}
}

func TestPublic_RefusesOtherPorts(t *testing.T) {
	t.Parallel()
	p, err := New(Config{Sink: newMemory()})
	if err != nil {
		t.Fatal(err)
	}
	for _, port := range []int{22, 25, 6379, 8080, 8443} {
		if err := check(t.Context(), p, fmt.Sprintf("http://1.1.1.1:%d/", port)); err == nil || err.Error() != refused {
			t.Errorf("port %d: %v", port, err)
		}
	}
}

func TestPublic_NumbersInDisguiseLeadNowhere(t *testing.T) {
	t.Parallel()
	p, err := New(Config{Sink: newMemory()})
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "localhost."} {
		if err := check(t.Context(), p, "http://"+host+"/"); err == nil || strings.Contains(err.Error(), "refuses the connection") {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestPublic_AppliesToHubsToo(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("was asked") }))
	defer server.Close()
	h, err := NewHubs(HubsConfig{State: &memo{values: map[string]string{}}, PublicURL: "https://bot.example"})
	if err != nil {
		t.Fatal(err)
	}
	for _, hub := range []string{server.URL, "http://169.254.169.254/latest/", "file:///etc/passwd", "https://10.0.0.1/"} {
		if err := h.post(t.Context(), hub, nil); err == nil || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: %v", hub, err)
		}
	}
}

func TestClient_IgnoresProxiesOfTheEnvironment(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	if NewClient(Public).Transport.(*http.Transport).Proxy != nil {
		t.Error("a proxy would dial in place of the guard")
	}
}

func TestCheck_FindsTheFeedOfAPage(t *testing.T) {
	t.Parallel()
	link := func(href, title string) string {
		return `<link rel="alternate" type="application/rss+xml" href="` + href + `" title="` + title + `">`
	}
	pages := map[string]string{
		"/":       "<!DOCTYPE html><html><head>" + link("/one.xml", "News") + "</head></html>",
		"/choice": "<!DOCTYPE html><html><head>" + link("/one.xml", "News") + link("/two.xml", "Sports") + "</head></html>",
		"/dead":   "<!DOCTYPE html><html><head>" + link("/nowhere.xml", "News") + "</head></html>",
		"/none":   "<!DOCTYPE html><html><body>hello</body></html>",
		"/feed":   rssOf("At the usual place"),
		"/one.xml": `<rss version="2.0"><channel><title>One</title>` +
			`<item><title>New</title><pubDate>Tue, 05 Mar 2024 01:02:03 GMT</pubDate></item>` +
			`<item><title>Old</title><pubDate>Mon, 04 Mar 2024 01:02:03 GMT</pubDate></item></channel></rss>`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, page)
	}))
	defer server.Close()
	p := poller(t, newMemory(), interval)
	look := func(path string) (bot.FeedCheck, error) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		return p.Check(ctx, server.URL+path)
	}
	got, err := look("/")
	if err != nil || got.URL != server.URL+"/one.xml" || got.Title != "One" || got.Articles != 2 || got.Newest != "New" || got.NewestAt.IsZero() {
		t.Errorf("one feed: %+v, %v", got, err)
	}
	got, err = look("/choice")
	if err != nil || len(got.Found) != 2 || got.Found[1].URL != server.URL+"/two.xml" || got.Found[1].Title != "Sports" || got.URL != "" {
		t.Errorf("two feeds: %+v, %v", got, err)
	}
	if got, err = look("/none"); err != nil || got.URL != server.URL+"/feed" || got.Newest != "At the usual place" {
		t.Errorf("the usual place: %+v, %v", got, err)
	}
	if _, err = look("/dead"); err == nil || err.Error() != "the server has no such page (404)" {
		t.Errorf("a dead link: %v", err)
	}
	delete(pages, "/feed")
	if _, err = look("/none"); err == nil || err.Error() != "the page names no feed, and there is none at the usual places" {
		t.Errorf("no feed: %v", err)
	}
}
