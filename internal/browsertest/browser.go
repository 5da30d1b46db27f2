// Package browsertest opens pages in a headless Chromium, for tests: it notes what the browser complains of, finds what doesn't
// fit the window or isn't accessible, and takes pictures. Only tests import it.
package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

const (
	// browserTime bounds how long a test may use a browser, and pollTime how long it waits for one thing.
	browserTime = 2 * time.Minute
	pollTime    = 30 * time.Second
)

// Browser is a tab of a headless Chromium. Steps that can't be done fail the test.
type Browser struct {
	t   testing.TB
	ctx context.Context

	mu     sync.Mutex // guards faults
	faults []string
}

// Open opens a tab until the test ends. ci is what the environment has under that name: without a Chromium the test is skipped,
// unless it is "true".
func Open(t testing.TB, ci string) *Browser {
	t.Helper()
	path := findChromium()
	switch {
	case path == "" && ci == "true":
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
	b := &Browser{t: t, ctx: ctx}
	var listening sync.WaitGroup
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits for the browser to end, which then leaves its folder alone
		cancel()
		listening.Wait()
	})
	b.Do("start the browser")
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
func (b *Browser) listen() {
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

// Do runs steps and fails the test with what it was about.
func (b *Browser) Do(about string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v", about, err)
	}
}

// Wait returns once a JavaScript expression is true, of this page or of one that it leads to.
func (b *Browser) Wait(about, expression string) {
	b.t.Helper()
	for {
		err := chromedp.Do(b.ctx, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(pollTime)))
		switch {
		case err == nil:
			return
		case b.ctx.Err() == nil && isLeft(err): // the page, while it was asked
		default:
			b.t.Fatalf("%s: %v", about, err)
		}
	}
}

// isLeft reports whether an error is of a page that makes way for another one.
func isLeft(err error) bool {
	for _, words := range []string{"Cannot find context", "context was destroyed", "Inspected target navigated", "Cannot find default execution context"} {
		if strings.Contains(err.Error(), words) {
			return true
		}
	}
	return false
}

// Run runs a step and returns what it finds.
func Run[T any](b *Browser, about string, step chromedp.Action[T]) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, step)
	if err != nil {
		b.t.Fatalf("%s: %v", about, err)
	}
	return v
}

// Faults returns what the browser has complained of since it was asked last.
func (b *Browser) Faults() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	faults := b.faults
	b.faults = nil
	return faults
}

// NoFaults fails the test if the browser has complained.
func (b *Browser) NoFaults() {
	b.t.Helper()
	if faults := b.Faults(); len(faults) > 0 {
		b.t.Errorf("the browser complains:\n%s", strings.Join(faults, "\n"))
	}
}

// NoOverflow fails the test if something stands beyond the right edge of the window.
func (b *Browser) NoOverflow(about string) {
	b.t.Helper()
	const find = `[...document.querySelectorAll("body, body *")].filter(n => n.getClientRects().length > 0 &&
		!n.closest("pre") && n.getBoundingClientRect().right > innerWidth + 1).map(n => n.tagName + "." + n.className)`
	if wide := Run(b, about, chromedp.Evaluate[[]string](find)); len(wide) > 0 {
		b.t.Errorf("%s: beyond the right edge: %v", about, wide)
	}
}

// Scheme makes the window prefer light or dark.
func (b *Browser) Scheme(scheme string) {
	b.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
		b.t.Fatal(err)
	}
}

// Shoot takes a picture of what is in a window of a size, into a folder.
func (b *Browser) Shoot(folder, what string, width, height int64, scheme string) {
	b.t.Helper()
	b.Scheme(scheme)
	b.Do("set the window's size", chromedp.EmulateViewport(width, height))
	b.Wait("pictures", `[...document.images].every(i => i.complete)`)
	png := Run(b, "take a picture", chromedp.CaptureScreenshot())
	name := filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", what, width, scheme))
	if err := os.WriteFile(name, png, 0o644); err != nil { //nolint:gosec // A picture for everyone.
		b.t.Fatal(err)
	}
}
