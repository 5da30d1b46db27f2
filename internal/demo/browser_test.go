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
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
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

// browser is a tab of a headless Chromium that notes what goes wrong in it.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu     sync.Mutex // guards faults
	faults []string
}

func openBrowser(t *testing.T) *browser {
	t.Helper()
	path := findChromium()
	switch {
	case path == "" && os.Getenv("CI") == "true":
		t.Fatal("no chromium or google-chrome is on the PATH, and CI must have one")
	case path == "":
		t.Skip("no chromium or google-chrome is on the PATH")
	}
	ctx, cancel := context.WithTimeout(t.Context(), browserTime)
	t.Cleanup(cancel)
	options := append(chromedp.DefaultExecAllocatorOptions[:], //nolint:gocritic // A copy is meant.
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", false), chromedp.Flag("lang", "en-US"),
	)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	b := &browser{t: t, ctx: ctx}
	var listening sync.WaitGroup
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits for the browser to end, which then leaves its folder alone
		cancel()
		listening.Wait()
	})
	b.do("start the browser")
	listening.Go(b.listen)
	return b
}

func findChromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// listen notes errors and warnings in the console, also of what the policy blocks.
func (b *browser) listen() {
	for m, err := range chromedp.Console(b.ctx) {
		if err != nil {
			return
		}
		switch m.Type {
		case chromedp.ConsoleError, chromedp.ConsoleWarning, chromedp.ConsoleException:
			b.mu.Lock()
			b.faults = append(b.faults, m.Text+" "+m.URL)
			b.mu.Unlock()
		}
	}
}

// do runs steps and fails the test with what it was about.
func (b *browser) do(about string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v", about, err)
	}
}

// open shows the page at a window size once both chats are there.
func (b *browser) open(url string, width, height int64) {
	b.t.Helper()
	b.do("open the page", chromedp.EmulateViewport(width, height), chromedp.Navigate(url),
		chromedp.WaitReady(chromedp.CSS(`html[data-ready="true"]`)))
}

// wait returns once a JavaScript expression is true.
func (b *browser) wait(about, expression string) {
	b.t.Helper()
	b.do(about, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(30*time.Second)))
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
	b.t.Helper()
	input := chromedp.CSS("#" + panel + " .composer input")
	b.do("type "+line, chromedp.SendKeys(input, line+kb.Escape+kb.Enter))
}

func (b *browser) noFaults() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.faults) > 0 {
		b.t.Errorf("the browser complains:\n%s", strings.Join(b.faults, "\n"))
	}
}

func (b *browser) noOverflow(about string) {
	b.t.Helper()
	const find = `[...document.querySelectorAll("body, body *")].filter(n => n.getClientRects().length > 0 &&
		!n.closest("pre") && n.getBoundingClientRect().right > innerWidth + 1).map(n => n.tagName + "." + n.className)`
	wide, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](find))
	if err != nil {
		b.t.Fatalf("%s: %v", about, err)
	}
	if len(wide) > 0 {
		b.t.Errorf("%s: beyond the right edge: %v", about, wide)
	}
}

func TestPage_AnswersInBothChats(t *testing.T) {
	b := openBrowser(t)
	b.open(startProgram(t, "--every=2s"), 1280, 800)
	for panel, answer := range map[string]string{"discord": ".discord .row", "telegram": ".telegram .message:not(.own)"} {
		button := "#" + panel + " .log :is(.button, .key)"
		b.wait(panel+": news arrives", says(answer+" :is(.title, a)", " "))
		b.send(panel, "/latest")
		b.wait(panel+": headlines", says(answer, "/latest", "Kestrel Wire"))
		b.do(panel+": page on", chromedp.Click(chromedp.CSS(button)))
		b.wait(panel+": a page in the middle", `document.querySelectorAll("`+button+`").length === 2`)
		b.send(panel, "/subscribe missile")
		b.wait(panel+": subscribed", says(answer+":has(code)", "/subscribe", "missile"))
		b.send(panel, "/filter test parade")
		b.wait(panel+": tried out", says(answer+":has(strong)", "/filter test", "parade"))
	}
	b.wait("a private answer says so", says(".discord .row.private", "Only you can see this"))
	b.noFaults()
	b.send("discord", "/filter set x") // browsers complain of any refusal
	b.wait("a wrong line is explained", says(".discord .problem", "number is a whole number"))
	b.wait("and can be corrected", `document.querySelector(".discord .composer input").value === "/filter set x"`)
}

func TestPage_RunsWhyAndEditsAFilter(t *testing.T) {
	b := openBrowser(t)
	b.open(startProgram(t, "--every=2s"), 1280, 800)
	click := func(selector string) {
		t.Helper()
		b.do("click "+selector, chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll("`+selector+`")].at(-1).click()`))
	}
	b.wait("an alert on Discord", `document.querySelector(".discord .embed") !== null`)
	click(".discord .row:has(.embed) .tools")
	b.wait("the menu", `document.activeElement.closest(".menu") !== null`)
	b.do("choose", chromedp.KeyEvent(kb.Enter))
	b.wait("why, for you alone", says(".discord .row.private", "used", "on", "congress OR parade"))
	b.wait("an alert on Telegram", `document.querySelector(".telegram .preview") !== null`)
	click(".telegram .message:has(.preview) .tools")
	b.wait("the message to reply to", `!document.querySelector(".answering").hidden`)
	b.send("telegram", "/why")
	b.wait("why, on Telegram", says(".telegram .message:not(.own)", "/why", "congress OR parade"))
	b.wait("nothing to reply to any more", `document.querySelector(".answering").hidden`)

	b.send("discord", "/filter edit 1")
	b.wait("the form with the present filter", `document.querySelector(".discord dialog textarea")?.value.startsWith("congress OR")`)
	b.do("write a filter", chromedp.Evaluate[chromedp.Void](`document.querySelector("dialog textarea").value = "missile";
		document.querySelector("dialog form").requestSubmit()`))
	b.wait("the form is gone", `document.querySelector("dialog") === null`)
	b.wait("what it would match", says(".discord .row.private:has(.button)", "missile"))
	b.send("telegram", "/filter edit 1")
	b.wait("the question is answered next", `document.querySelector(".answering").textContent.includes("Filter")`)
	b.send("telegram", "missile")
	b.wait("what it would match on Telegram", says(".telegram .message:not(.own):has(.key)", "missile"))
	b.noOverflow("with all that")
	b.noFaults()
}

func TestPage_FitsPhonesAndDesks(t *testing.T) {
	b := openBrowser(t)
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.CloseClientConnections)
	b.open(srv.URL, 1280, 780)
	b.do("fill the chats", chromedp.Evaluate[chromedp.Void](`for (const form of document.querySelectorAll(".composer"))
		for (let i = 0; i < 3; i++) { form.querySelector("input").value = "long words ".repeat(150); form.requestSubmit(); }`))
	for _, width := range []int64{1280, 390} {
		b.open(srv.URL, width, 780)
		b.wait("the chats are full", `[...document.querySelectorAll("#discord .row, #telegram .message")].length === 6`)
		b.noOverflow("Discord at " + strconv.FormatInt(width, 10))
	}
	b.do("show Telegram", chromedp.Click(chromedp.CSS("#show-telegram")))
	b.wait("Telegram is there alone", `document.getElementById("telegram").offsetParent !== null &&
		document.getElementById("discord").offsetParent === null`)
	b.noOverflow("Telegram at 390")
	b.do("widen the window", chromedp.EmulateViewport(1000, 600))
	b.wait("both chats are there, and at their ends", `[...document.querySelectorAll(".log")].filter(l => l.offsetParent).length === 2 &&
		[...document.querySelectorAll(".log")].filter(l => l.offsetParent).every(l => l.scrollHeight - l.scrollTop - l.clientHeight < 2)`)
	b.do("narrow it again", chromedp.EmulateViewport(390, 780))
	b.do("accept a suggestion", chromedp.Click(chromedp.CSS(".chip")))
	b.wait("it is in the line, which has the focus",
		`document.activeElement.value === "/subscribe missile" && document.activeElement.closest("#telegram") !== null`)
	b.do("send it", chromedp.KeyEvent(kb.Enter))
	b.wait("it is in the chat", says(".telegram .message.own", "/subscribe missile"))
	b.noFaults()
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
		b.wait(panel+": the text is there", says("#"+panel+" .log", "<img src=x onerror=alert(1)>", "<b>no</b>"))
	}
	b.wait("markdown is drawn", `document.querySelector(".discord .text strong").textContent === "bold"`)
	b.wait("nothing became an element", `document.querySelector(".log img, .log b, .log a[href^=javascript]") === null`)
	b.noFaults()
}
