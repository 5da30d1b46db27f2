package demo_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestScreenshots takes the pictures of the README: go test ./internal/demo -run Screenshots -screenshots=DIR.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("no -screenshots=DIR is given")
	}
	b := openBrowser(t)
	url := startProgram(t, "--every=3s")
	b.open(url, 1280, 900)
	const alerts = `document.querySelectorAll(".discord .row .embed").length >= 3 && document.querySelectorAll(".telegram .preview").length >= 3`
	b.Wait("three alerts", alerts)
	for _, panel := range []string{"discord", "telegram"} {
		b.send(panel, "/subscribe missile")
		b.Wait(panel+": subscribed", says("."+panel+" :is(.row, .message:not(.own)):has(code)", "/subscribe", "missile"))
		b.send(panel, "/latest missile 2")
		b.Wait(panel+": headlines", says("."+panel+" :is(.row, .message:not(.own))", "/latest", "Kestrel Wire"))
	}
	b.Wait("one more alert", `document.querySelector(".discord .log > :last-child .embed") !== null &&
		document.querySelector(".telegram .log > :last-child .preview") !== null`)
	b.Do("leave the line", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 390} {
			b.shoot("demo", width, scheme)
		}
	}
	b.Do("go back", chromedp.EmulateViewport(1280, 900))
	site := serveLocalFeeds(t)
	for panel, path := range map[string]string{"discord": "/harbor.xml", "telegram": "/valley.xml"} {
		b.send(panel, "/subscribe "+site+path)
		b.Wait(panel+": following", says("."+panel+" :is(.row, .message:not(.own))", "/subscribe", "Following", "will be posted here"))
	}
	b.Do("leave the line", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	for _, scheme := range []string{"light", "dark"} {
		b.shoot("feed", 1280, scheme)
	}
	b.NoFaults()
}

// serveLocalFeeds serves two feeds that the demo doesn't know, and returns where.
func serveLocalFeeds(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	for path, news := range map[string][2]string{
		"/harbor.xml": {"Harbor Ledger", "Ferries stay in port as the wind picks up"},
		"/valley.xml": {"Valley Courier", "Orchards open a week early"},
	} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/rss+xml")
			fmt.Fprintf(w, `<rss version="2.0"><channel><title>%s</title><item><title>%s</title><guid>1</guid><pubDate>%s</pubDate></item></channel></rss>`,
				news[0], news[1], time.Now().Add(-20*time.Minute).UTC().Format(time.RFC1123Z))
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// shoot takes a picture.
func (b *browser) shoot(what string, width int64, scheme string) {
	b.Shoot(*screenshots, what, width, 900, scheme)
}
