package demo_test

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
)

// openForum shows the forum.
func (b *browser) openForum() {
	b.Do("open the forum", chromedp.Click(chromedp.CSS("#discord-stories")))
}

func TestPage_ShowsAForum(t *testing.T) {
	b := openBrowser(t)
	url := startProgram(t, "--every=2s")
	b.open(url, 1280, 800)
	b.send("discord", "/settings corrections:reply channel:#stories")
	b.Wait("corrections are replies there", says(".discord .row.private", "#stories", "a reply to it says what changed"))
	b.Wait("two posts, unread", `document.querySelectorAll(".discord .post").length >= 2 &&
		Number(document.querySelector("#discord-stories .badge").textContent) >= 2`)
	b.openForum()
	b.Wait("none is unread, and there is no line to type in", `document.querySelector("#discord-stories .badge").textContent === "" &&
		document.querySelector(".discord .composer").offsetParent === null`)
	b.Wait("each has its alert's name and tags", `[...document.querySelectorAll(".discord .post")].every(p =>
		p.querySelector(".embed .title").textContent.startsWith(p.querySelector("h3").textContent.slice(0, 40)) && p.querySelector(".tags li"))`)
	b.Wait("the newest is the first", `(times => times.every((t, i) => i === 0 || times[i-1] >= t))(
		[...document.querySelectorAll(".discord .post > .entry:nth-child(2) .author time")].map(t => t.dateTime))`)
	b.Do("correct the last alert", chromedp.Click(chromedp.CSS(`[data-action="correct"]`)))
	b.Wait("a post has the correction below its alert", says(".discord .post .entry + .entry", "Corrected", "officials now say"))
	b.open(url, 1280, 800)
	b.openForum()
	b.Wait("a page opened later has it too", says(".discord .post .entry + .entry", "Corrected"))
	for _, width := range []int64{1280, 390} {
		b.Do("resize", chromedp.EmulateViewport(width, 800))
		about := "the forum at " + strconv.FormatInt(width, 10)
		b.NoOverflow(about)
		b.Accessible(about)
	}
	b.Do("accept a suggestion", chromedp.Click(chromedp.CSS(".chip")))
	b.Wait("it is where one can type", `document.activeElement.value === "/subscribe missile" &&
		document.querySelector("#discord-alerts").ariaSelected === "true"`)
	b.NoFaults()
}
