package console_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tidings/bot"
)

// form selects what is in a form that is posted to a path.
func form(path, inner string) string { return fmt.Sprintf(`form[action="%s"] %s`, path, inner) }

// unfold opens what is folded.
func (b *browser) unfold() {
	b.house.Helper()
	b.Do("open what is folded", chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => d.open = true)`))
}

// choose puts a file into the field of a form.
func (b *browser) choose(path, content string) {
	b.house.Helper()
	name := filepath.Join(b.TempDir(), "file")
	b.must(os.WriteFile(name, []byte(content), 0o600))
	b.Do("choose a file", chromedp.SetUploadFiles(chromedp.CSS(form(path, "input[type=file]")), []string{name}))
}

// TestBrowser_DoesAllThatPagesOffer does it at each width, in a house and a tab of its own.
func TestBrowser_DoesAllThatPagesOffer(t *testing.T) {
	t.Parallel()
	for _, width := range widths() {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			b := openBrowser(open(t, plan{}))
			b.Do("set the window's size", chromedp.EmulateViewport(width, 800))
			feeds := site(t)
			managesSources(b, feeds)
			managesChats(b)
			decidesAndSeesWhatMoves(b, feeds)
			goesByKeyboard(b)
			publishesAndTries(b)
			b.visit("/setup")
			b.press(form("/setup/check", "button"), "1 fault")
			b.press(form("/setup/backup", "button"), "Written and sound")
			b.NoFaults()
		})
	}
}

func managesSources(b *browser, feeds string) {
	b.house.Helper()
	b.visit("/sources")
	b.fill("", "#url", feeds+"/harbor.xml")
	b.press(form("/sources/add", "button"), "Following harbor Ledger")
	b.choose("/sources/import", `<opml version="2.0"><body><outline type="rss" text="A" xmlUrl="`+feeds+`/a.xml"/></body></opml>`)
	b.press(form("/sources/import", "button"), "Following 1 feed")
	b.fill("", "#q", "harbor")
	b.Do("search", chromedp.Click(chromedp.CSS(".search button")))
	b.Wait("what was found", `location.search.includes("q=harbor") && document.querySelectorAll("tbody tr").length === 1`)
	b.Do("open it", chromedp.Click(chromedp.CSS("tbody a")))
	b.Wait("its page", `document.querySelector("h1")?.textContent === "harbor-ledger"`)
	b.press(form("/sources/pause", "button"), "is paused")
	b.press(form("/sources/resume", "button"), "fetched again")
	b.press(form("/sources/refresh", "button"), "Fetching")
	b.fill(`form[action="/sources/interval"]`, "input[name=interval]", "15m")
	b.press(form("/sources/interval", "button"), "At most 15m pass")
	b.fill(`form[action="/sources/login"]`, "input[name=login]", "ann:hush")
	b.press(form("/sources/login", "button"), "logs in from now on")
	b.fill(`form[action="/sources/move"]`, "input[name=url]", feeds+"/port.xml")
	b.press(form("/sources/move", "button"), "new address")
	b.fill(`form[action="/sources/rename"]`, "input[name=new]", "harbor")
	b.press(form("/sources/rename", "button"), "harbor from now on")
	b.fill(`form[action="/sources/unshare"]`, "input[name=place]", "paper:desk")
	b.press(form("/sources/unshare", "button"), "for this place alone")
	b.visit("/sources?state=private")
	b.Do("open it", chromedp.Click(chromedp.CSS("tbody a")))
	b.Wait("its page", `document.querySelector("form[action='/sources/share']") !== null`)
	b.press(form("/sources/share", "button"), "is public from now on")
	b.visit("/sources?q=harbor")
	b.Do("open it", chromedp.Click(chromedp.CSS("tbody a")))
	b.Wait("its page", `document.querySelector("form[action='/sources/remove']") !== null`)
	b.unfold()
	b.press(form("/sources/remove", "button"), "No longer following")
}

func managesChats(b *browser) {
	b.house.Helper()
	id := b.subscribe(room("desk"), "missile")
	b.subscribe(room("annex"), "parade")
	b.visit("/chats")
	b.Do("open it", chromedp.Click(chromedp.CSS(`tbody a[href="/chats/`+id+`"]`)))
	b.Wait("its page", `document.querySelector("h1")?.textContent === "paper:desk"`)
	b.press(form("/chats/test", "button"), "Sent a test alert")
	b.fill(`form[action="/chats/subscribe"]`, "input[name=filter]", "uranium")
	b.press(form("/chats/subscribe", "button"), "Subscribed")
	b.fill(`form[action="/chats/command"]`, "input[name=line]", "/status")
	b.press(form("/chats/command", "button"), "Running:")
	b.unfold()
	b.fill(`li:nth-child(2) form[action="/chats/filter"]`, "input[name=filter]", "plutonium")
	b.press("li:nth-child(2) "+form("/chats/filter", "button"), "plutonium")
	b.unfold()
	b.fill(`li:nth-child(2) form[action="/chats/move"]`, "input[name=to]", "paper:annex")
	b.press("li:nth-child(2) "+form("/chats/move", "button"), "of paper:annex")
	b.unfold()
	b.press(form("/chats/unsubscribe", "button"), "Unsubscribe from this?")
	b.press(".answer button.danger", "Unsubscribed")
	b.choose("/chats/import", `{"tidings": 1, "subscriptions": [{"filter": "moon"}]}`)
	b.press(form("/chats/import", "button"), "Imported 1 subscription")
	_, err := b.store.Suspend(b.Context(), room("desk"), bot.Suspension{Reason: "the bot was removed"})
	b.must(err)
	b.visit("/chats?state=suspended")
	b.Do("open it", chromedp.Click(chromedp.CSS("tbody a")))
	b.Wait("its page", `document.querySelector("form[action='/chats/resume']") !== null`)
	b.press(form("/chats/resume", "button"), "posted here again")
	b.unfold()
	b.press(form("/chats/forget", "button"), "Delete this chat's data?")
	b.press(".answer button.danger", "Deleted")
}

// goesByKeyboard goes past the navigation, and from page to page, without a mouse.
func goesByKeyboard(b *browser) {
	b.house.Helper()
	b.visit("/now")
	b.Do("press Tab", chromedp.KeyEvent(kb.Tab))
	b.Wait("the way past the navigation is shown", `document.activeElement.className === "skip" && document.activeElement.getBoundingClientRect().top >= 0`)
	b.Do("take it", chromedp.KeyEvent(kb.Enter))
	b.Wait("the page itself", `location.hash === "#main"`)
	b.Do("go to a page of the navigation", chromedp.Focus(chromedp.CSS(`nav a[href="/sources"]`)), chromedp.KeyEvent(kb.Enter))
	b.Wait("that page", `location.pathname === "/sources"`)
}

func decidesAndSeesWhatMoves(b *browser, feeds string) {
	b.house.Helper()
	b.request(feeds+"/harbor.xml", "Harbor Ledger")
	b.request(feeds+"/valley.xml", "Valley Courier")
	b.visit("/now")
	b.press(".decide li:first-child form:first-child button", "Approved")
	b.press(".decide li:first-child form:last-child button", "Declined")
	b.Wait("nothing to decide", `document.querySelector(".decide") === null`)
	b.history.Settled("paper", "sent", 0, 0)
	b.Wait("the alert, without loading the page anew", `document.querySelector("#now").textContent.includes("1 alert") && document.querySelector("svg rect") !== null`)
}

func publishesAndTries(b *browser) {
	b.Helper()
	b.visit("/articles/new")
	b.fill("", "#title", "Missile lands")
	b.Do("look at it first", chromedp.Click(chromedp.CSS(`button[value="preview"]`)))
	b.Wait("the preview", `document.querySelector(".bubble")?.textContent.includes("Missile lands")`)
	b.press(`button[value="publish"]`, "Published")
	b.Do("change it", chromedp.Click(chromedp.CSS(`a[href$="/change"]`)))
	b.Wait("the form", `document.querySelector("#title")?.value === "Missile lands"`)
	b.fill("", "#title", "Missile lands again")
	b.press(`button[value="publish"]`, "Saved")
	b.unfold()
	b.press(form("/articles/withdraw", "button"), "Withdrawn")
	b.visit("/articles/new")
	b.fill("", "#title", "Two ferries sail")
	b.fill("", "#url", "https://wire.example/ferries")
	b.press(`button[value="publish"]`, "Published")
	b.visit("/lab")
	b.Do("type a filter", chromedp.SendKeys(chromedp.CSS("#q"), "ferry"))
	b.Wait("what it matches, without a button", `document.querySelector("#result mark")?.textContent === "ferries" && location.search.includes("q=ferry")`)
	b.Wait("a button to copy the command", `[...document.querySelectorAll("#result button")].some(n => n.textContent === "Copy")`)
	b.Do("on with it", chromedp.SendKeys(chromedp.CSS("#q"), " (uranium"))
	b.Wait("the mistake", `document.querySelector("#result [role=alert]") !== null`)
}
