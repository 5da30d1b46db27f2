package demo_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestScreenshots_Rhythm takes the pictures of how chats choose when and how alerts come.
func TestScreenshots_Rhythm(t *testing.T) {
	if *screenshots == "" {
		t.Skip("no -screenshots=DIR is given")
	}
	const part = 20 * time.Second
	b := openBrowser(t)
	b.open(startProgram(t, "--every=2s"), 1280, 900)
	b.Wait("alerts", `document.querySelectorAll(".discord .row .embed").length >= 2`)
	take := func(name string) {
		t.Helper()
		b.Do("leave the line", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
		for _, scheme := range []string{"light", "dark"} {
			b.shoot(name, 1280, scheme)
		}
		b.Do("go back", chromedp.EmulateViewport(1280, 900))
	}
	for _, panel := range []string{"discord", "telegram"} {
		b.tell(panel, "/subscription 1 level:flash", "flash here")
	}
	b.Wait("flashes", says(".discord .row .embed", "FLASH")+"&&"+says(".telegram .message:not(.own)", "FLASH"))
	take("flash")
	at := time.Now().UTC().Add(time.Minute).Format("15:04")
	for _, panel := range []string{"discord", "telegram"} {
		b.tell(panel, "/subscription 1 level:normal", "as urgent as its source says")
		b.tell(panel, "/settings digest:3", "3 articles in full")
		b.tell(panel, "/subscription 1 when:daily "+at, "digest")
	}
	for range 2 { // the minute is longer than one wait
		b.Wait("a third of the time", fmt.Sprintf("Date.now() > %d", time.Now().Add(part).UnixMilli()))
	}
	for _, panel := range []string{"discord", "telegram"} {
		b.Wait(panel+": the digest", says("."+panel+" :is(.row, .message:not(.own))", "Latest news"))
	}
	take("digest")
	for _, panel := range []string{"discord", "telegram"} {
		b.tell(panel, "/settings quiet:22:00-07:00", "22:00-07:00")
		b.tell(panel, "/settings", "Settings of this chat")
	}
	take("settings")
	for _, panel := range []string{"discord", "telegram"} {
		b.tell(panel, "/settings language:ko", "한국어")
		b.tell(panel, "/filter test parade 7", "parade")
	}
	take("korean")
	b.NoFaults()
}

// TestScreenshots_Forum takes the pictures of a forum in which an alert was corrected.
func TestScreenshots_Forum(t *testing.T) {
	if *screenshots == "" {
		t.Skip("no -screenshots=DIR is given")
	}
	b := openBrowser(t)
	b.open(startProgram(t, "--every=3s"), 1280, 900)
	b.tell("discord", "/settings corrections:reply channel:#stories", "a reply to it says what changed")
	b.Wait("posts", `document.querySelectorAll(".discord .post").length >= 3`)
	b.openForum()
	b.Do("correct the last alert", chromedp.Click(chromedp.CSS(`[data-action="correct"]`)))
	b.Wait("the correction", says(".discord .post .entry + .entry", "Corrected"))
	b.Wait("no word about it above", `document.getElementById("status").textContent === ""`)
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 390} {
			b.Do("go to it", chromedp.EmulateViewport(width, 900), chromedp.Evaluate[chromedp.Void](
				`document.querySelector(".discord .post:has(.entry + .entry)").scrollIntoView()`))
			b.shoot("forum", width, scheme)
		}
	}
	b.NoFaults()
}

// tell types a line and waits for an answer that has some words.
func (b *browser) tell(panel, line, words string) {
	b.send(panel, line)
	b.Wait(panel+": "+line, says("."+panel+" :is(.row, .message:not(.own))", words))
}
