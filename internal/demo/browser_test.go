package demo_test

import (
	"bufio"
	"context"
	"flag"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tidings/internal/browsertest"
)

// screenshots is the folder that TestScreenshots fills.
var screenshots = flag.String("screenshots", "", "folder to put screenshots of the demo in")

const (
	buildTime   = 5 * time.Minute
	browserTime = 2 * time.Minute
)

// startProgram builds the program, runs its demo, and returns the address of the page.
func startProgram(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), buildTime)
	defer cancel()
	binary := filepath.Join(t.TempDir(), "tidings")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "tidings/cmd/tidings").CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), binary, append([]string{"demo"}, args...)...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "HTTP_ADDR=127.0.0.1:0", "LOG_LEVEL=error")
	cmd.Stderr = t.Output()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url := regexp.MustCompile(`http://\S+`).FindString(lines.Text()); url != "" {
			return url
		}
	}
	t.Fatal("the program ended without naming its page")
	return ""
}

// browser is a tab with the demo's page.
type browser struct{ *browsertest.Browser }

func openBrowser(t *testing.T) *browser {
	t.Helper()
	return &browser{browsertest.Open(t, os.Getenv("CI"))}
}

// open shows the page at a window size once both chats are there.
func (b *browser) open(url string, width, height int64) {
	b.Do("open the page", chromedp.EmulateViewport(width, height), chromedp.Navigate(url),
		chromedp.WaitReady(chromedp.CSS(`html[data-ready="true"]`)))
}

// says is an expression: some message of a chat contains all of the words.
func says(selector string, words ...string) string {
	var b strings.Builder
	b.WriteString("[...document.querySelectorAll('" + selector + "')].some(n => true")
	for _, w := range words {
		b.WriteString(" && n.textContent.includes('" + w + "')")
	}
	return b.String() + ")"
}

// send types a line in a chat and sends it.
func (b *browser) send(panel, line string) {
	input := chromedp.CSS("#" + panel + " .composer input")
	b.Do("type "+line, chromedp.SendKeys(input, line+kb.Escape+kb.Enter))
}

func TestPage_AnswersInBothChats(t *testing.T) {
	b := openBrowser(t)
	url := startProgram(t, "--every=2s")
	b.open(url, 1280, 800)
	for panel, answer := range map[string]string{"discord": ".discord .row", "telegram": ".telegram .message:not(.own)"} {
		button := "#" + panel + " .log :is(.button, .key)"
		b.Wait(panel+": news arrives", says(answer+" :is(.title, a)", " "))
		b.send(panel, "/latest")
		b.Wait(panel+": headlines", says(answer, "/latest", "Kestrel Wire"))
		b.Do(panel+": page on", chromedp.Click(chromedp.CSS(button)))
		b.Wait(panel+": a page in the middle", `document.querySelectorAll("`+button+`").length === 2`)
		b.send(panel, "/subscribe missile")
		b.Wait(panel+": subscribed", says(answer+":has(code)", "/subscribe", "missile"))
		b.send(panel, "/filter test parade")
		b.Wait(panel+": tried out", says(answer+":has(strong)", "/filter test", "parade"))
	}
	b.Wait("a private answer says so", says(".discord .row.private", "Only you can see this"))
	b.Do("open the console", chromedp.Click(chromedp.CSS(`a[href="/now"]`)))
	b.Wait("the console, signed in", `document.querySelector("h1")?.textContent === "Now" && document.querySelectorAll(".platform").length === 2`)
	b.Wait("alerts in it", `document.querySelectorAll(".platform svg rect").length > 0`)
	b.open(url, 1280, 800)
	b.NoFaults()
	b.send("discord", "/filter set x") // browsers complain of any refusal
	b.Wait("a wrong line is explained", says(".discord .problem", "number is a whole number"))
	b.Wait("and can be corrected", `document.querySelector(".discord .composer input").value === "/filter set x"`)
}

func TestPage_RunsWhyAndEditsAFilter(t *testing.T) {
	b := openBrowser(t)
	b.open(startProgram(t, "--every=2s"), 1280, 800)
	click := func(selector string) {
		t.Helper()
		b.Do("click "+selector, chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll("`+selector+`")].at(-1).click()`))
	}
	b.Wait("an alert on Discord", `document.querySelector(".discord .row .embed") !== null`)
	click(".discord .row:has(.embed) .tools")
	b.Wait("the menu", `document.activeElement.closest(".menu") !== null`)
	b.Do("choose", chromedp.KeyEvent(kb.Enter))
	b.Wait("why, for you alone", says(".discord .row.private", "used", "on", "congress OR parade"))
	b.Wait("an alert on Telegram", `document.querySelector(".telegram .preview") !== null`)
	click(".telegram .message:has(.preview) .tools")
	b.Wait("the message to reply to", `!document.querySelector(".answering").hidden`)
	b.send("telegram", "/why")
	b.Wait("why, on Telegram", says(".telegram .message:not(.own)", "/why", "congress OR parade"))
	b.Wait("nothing to reply to any more", `document.querySelector(".answering").hidden`)

	b.send("discord", "/filter edit 1")
	b.Wait("the form with the present filter", `document.querySelector(".discord dialog textarea")?.value.startsWith("congress OR")`)
	b.Do("write a filter", chromedp.Evaluate[chromedp.Void](`document.querySelector("dialog textarea").value = "missile";
		document.querySelector("dialog form").requestSubmit()`))
	b.Wait("the form is gone", `document.querySelector("dialog") === null`)
	b.Wait("what it would match", says(".discord .row.private:has(.button)", "missile"))
	b.send("telegram", "/filter edit 1")
	b.Wait("the question is answered next", `document.querySelector(".answering").textContent.includes("Filter")`)
	b.send("telegram", "missile")
	b.Wait("what it would match on Telegram", says(".telegram .message:not(.own):has(.key)", "missile"))
	b.NoOverflow("with all that")
	b.NoFaults()
}

func TestPage_FitsPhonesAndDesks(t *testing.T) {
	b := openBrowser(t)
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.CloseClientConnections)
	b.open(srv.URL, 1280, 780)
	b.Do("fill the chats", chromedp.Evaluate[chromedp.Void](`for (const form of document.querySelectorAll(".composer"))
		for (let i = 0; i < 3; i++) { form.querySelector("input").value = "long words ".repeat(150); form.requestSubmit(); }`))
	for _, width := range []int64{1280, 390} {
		b.open(srv.URL, width, 780)
		b.Wait("the chats are full", `[...document.querySelectorAll("#discord .row, #telegram .message")].length === 6`)
		b.NoOverflow("Discord at " + strconv.FormatInt(width, 10))
	}
	b.Do("show Telegram", chromedp.Click(chromedp.CSS("#show-telegram")))
	b.Wait("Telegram is there alone", `document.getElementById("telegram").offsetParent !== null &&
		document.getElementById("discord").offsetParent === null`)
	b.NoOverflow("Telegram at 390")
	b.Do("widen the window", chromedp.EmulateViewport(1000, 600))
	b.Wait("both chats are there, and at their ends", `[...document.querySelectorAll(".log")].filter(l => l.offsetParent).length === 2 &&
		[...document.querySelectorAll(".log")].filter(l => l.offsetParent).every(l => l.scrollHeight - l.scrollTop - l.clientHeight < 2)`)
	b.Do("narrow it again", chromedp.EmulateViewport(390, 780))
	b.Do("accept a suggestion", chromedp.Click(chromedp.CSS(".chip")))
	b.Wait("it is in the line, which has the focus",
		`document.activeElement.value === "/subscribe missile" && document.activeElement.closest("#telegram") !== null`)
	b.Do("send it", chromedp.KeyEvent(kb.Enter))
	b.Wait("it is in the chat", says(".telegram .message.own", "/subscribe missile"))
	b.NoFaults()
}

func TestPage_ShowsHostileTextAsText(t *testing.T) {
	b := openBrowser(t)
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.CloseClientConnections)
	b.open(srv.URL, 1280, 800)
	const hostile = `<img src=x onerror=alert(1)> [x](<javascript:alert(1)>) **bold** \\**plain\\** <b>no</b>`
	for _, panel := range []string{"discord", "telegram"} {
		b.send(panel, hostile)
		b.Wait(panel+": the text is there", says("#"+panel+" .log", "<img src=x onerror=alert(1)>", "<b>no</b>"))
	}
	b.Wait("markdown is drawn", `document.querySelector(".discord .text strong").textContent === "bold"`)
	b.Wait("nothing became an element", `document.querySelector(".log img, .log b, .log a[href^=javascript]") === null`)
	b.NoFaults()
}
