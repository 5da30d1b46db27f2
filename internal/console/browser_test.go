package console_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tidings/bot"
	"tidings/internal/browsertest"
)

var (
	screenshots = flag.String("screenshots", "", "folder to put screenshots of the console in")
	axe         = flag.String("axe", "", "axe.min.js of the package axe-core, to look at each page with")
)

// widths are those that pages have to fit, from a phone's to a desk's.
func widths() []int64 { return []int64{390, 1280} }

// browser is a tab that is signed in.
type browser struct {
	*browsertest.Browser
	*house
}

// openBrowser opens a tab and signs in.
func openBrowser(h *house) *browser {
	h.Helper()
	b := &browser{browsertest.Open(h.TB, os.Getenv("CI")), h}
	b.Do("open the console", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(h.url+"/now"))
	b.Wait("the page to sign in", `document.querySelector("#token") !== null`)
	b.Do("sign in", chromedp.SendKeys(chromedp.CSS("#token"), token+kb.Enter))
	b.Wait("the page Now", `location.pathname === "/now" && document.querySelector("h1")?.textContent === "Now"`)
	return b
}

// visit shows a page.
func (b *browser) visit(path string) {
	b.house.Helper()
	b.Do("open "+path, chromedp.Navigate(b.url+path), chromedp.WaitReady(chromedp.CSS("main")))
}

// fill types into the field of a label within an element.
func (b *browser) fill(within, field, text string) {
	b.house.Helper()
	b.Do("fill in "+field, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).value = ""`, within+" "+field)),
		chromedp.SendKeys(chromedp.CSS(within+" "+field), text))
}

// press presses a button, which leads to a page that says what came of it.
func (b *browser) press(selector, says string) {
	b.house.Helper()
	b.Do("leave a mark", chromedp.Evaluate[chromedp.Void](`window.before = true`))
	b.Do("press "+selector, chromedp.Click(chromedp.CSS(selector)))
	b.Wait("the page says "+says, fmt.Sprintf(`window.before !== true && document.querySelector(".answer .said")?.textContent.includes(%q)`, says))
}

// furnish gives a house what pages show: sources and chats of all kinds, alerts of the last hours, something to decide.
func furnish(h *house) {
	h.Helper()
	now := time.Now()
	states := []bot.FetchState{
		{LastTry: now.Add(-2 * time.Minute), LastSuccess: now.Add(-2 * time.Minute), Next: now.Add(3 * time.Minute)},
		{
			LastTry: now.Add(-4 * time.Minute), LastSuccess: now.Add(-26 * time.Hour), Next: now.Add(20 * time.Minute), Failures: 31,
			Error: "the server answers 404 Not Found", Memory: bot.FetchMemory{Failing: now.Add(-25 * time.Hour), Advice: "Open its site and look for the feed's new address"},
		},
		{},
		{LastTry: now.Add(-time.Minute), LastSuccess: now.Add(-time.Minute), Next: now.Add(4 * time.Minute), Memory: bot.FetchMemory{Doubts: 2, Doubt: "item 3: its date cannot be read"}},
	}
	for i, name := range []string{"kestrel-wire", "harbor-ledger", "valley-courier", "northern-post", "island-gazette", "an-outlet-with-a-very-long-name-1"} {
		s := bot.Source{Name: name, URL: "https://" + name + ".example/feeds/all/the/news/of/the/world.xml?key=hush", Title: strings.ReplaceAll(name, "-", " ") + " <b>&", Fetch: states[i%len(states)]}
		if i == 4 {
			s.Place = "paper:desk"
		}
		h.addSource(s)
	}
	h.must(h.store.PauseSource(h.Context(), "valley-courier"))
	var news []bot.Article
	for i := range 30 {
		news = append(news, bot.Article{Source: "kestrel-wire", GUID: fmt.Sprint(i), Title: fmt.Sprintf("Story %d of a day", i), Published: now.Add(-time.Duration(i) * time.Hour)})
	}
	h.putArchive(news)
	for i, filter := range []string{"missile -drill", `source:kestrel-wire (sanctions OR "export controls") -opinion title:moon`, ""} {
		h.subscribe(room(fmt.Sprintf("-10012345678%d", i)), filter)
	}
	h.subscribe(room("-100123456780"), "uranium OR plutonium")
	_, err := h.store.Suspend(h.Context(), room("-100123456781"), bot.Suspension{Reason: "the bot was removed"})
	h.must(err)
	for i := range 70 {
		h.ahead.Store(int64(time.Duration(i-70) * 10 * time.Minute))
		for n := range (i*7)%23 + i/4 {
			h.history.Settled("paper", "sent", 0, time.Duration(3+(n*n*i)%900)*time.Millisecond)
		}
		if i%19 == 3 {
			h.history.RateLimited("paper")
		}
	}
	h.ahead.Store(0)
	h.request("https://lagoon.example/feeds/world.xml", "Lagoon Times")
}

// pages are all pages of a furnished house.
func pages() map[string]string {
	return map[string]string{
		"now": "/now", "sources": "/sources", "sources-none": "/sources?q=nothing", "source": "/sources/kestrel-wire", "source-failing": "/sources/harbor-ledger",
		"chats": "/chats", "chat": "/chats/1", "chat-suspended": "/chats/2", "articles": "/articles?q=story", "article": "/articles/1", "change": "/articles/1/change", "publish": "/articles/new", "lab": "/lab?q=story", "lab-mistake": "/lab?q=(", "setup": "/setup", "problem": "/no-such-page",
	}
}

func TestPages_FitAndAreAccessible(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	furnish(h)
	b := openBrowser(h)
	script := ""
	if *axe != "" {
		raw, err := os.ReadFile(*axe)
		h.must(err)
		script = string(raw)
	}
	look := func(name string) {
		t.Helper()
		for _, scheme := range []string{"light", "dark"} {
			b.Scheme(scheme)
			for _, width := range widths() {
				about := fmt.Sprintf("%s at %d, %s", name, width, scheme)
				b.Do("set the window's size", chromedp.EmulateViewport(width, 900))
				b.NoOverflow(about)
				b.Accessible(about)
				if script != "" {
					b.Axe(about, script)
				}
				if *screenshots != "" {
					b.Shoot(*screenshots, name, width, 1000, scheme)
				}
			}
		}
	}
	for name, path := range pages() {
		b.visit(path)
		b.Do("open what can be opened", chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => d.open = true)`))
		look(name)
	}
	b.visit("/chats/1")
	b.Do("ask to unsubscribe", chromedp.Evaluate[chromedp.Void](`document.querySelector("form[action='/chats/unsubscribe'] button").click()`))
	b.Wait("the question", `document.querySelector(".answer button") !== null`)
	look("question")
	b.Do("sign out", chromedp.Click(chromedp.CSS(".who button")))
	b.Wait("the page to sign in", `document.querySelector("#token") !== null`)
	look("sign-in")
	faults := b.Faults() // browsers complain of any page that is not found
	for _, f := range faults {
		if !strings.Contains(f, "404") {
			t.Errorf("the browser complains: %s", f)
		}
	}
}
