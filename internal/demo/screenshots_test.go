package demo_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
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
	const alerts = `document.querySelectorAll(".discord .embed").length >= 3 && document.querySelectorAll(".telegram .preview").length >= 3`
	b.wait("three alerts", alerts)
	for _, panel := range []string{"discord", "telegram"} {
		b.send(panel, "/subscribe missile")
		b.wait(panel+": subscribed", says("."+panel+" :is(.row, .message:not(.own)):has(code)", "/subscribe", "missile"))
		b.send(panel, "/latest missile 2")
		b.wait(panel+": headlines", says("."+panel+" :is(.row, .message:not(.own))", "/latest", "Kestrel Wire"))
	}
	b.wait("one more alert", `document.querySelector(".discord .log > :last-child .embed") !== null &&
		document.querySelector(".telegram .log > :last-child .preview") !== null`)
	b.do("leave the line", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 390} {
			b.shoot(width, scheme)
		}
	}
	b.noFaults()
}

func (b *browser) shoot(width int64, scheme string) {
	b.t.Helper()
	media := emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
		b.t.Fatal(err)
	}
	b.do("set the window's size", chromedp.EmulateViewport(width, 900))
	b.wait("pictures", `[...document.images].every(i => i.complete)`)
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	name := filepath.Join(*screenshots, "demo-"+strconv.FormatInt(width, 10)+"-"+scheme+".png")
	if err := os.WriteFile(name, png, 0o644); err != nil { //nolint:gosec // A picture for everyone.
		b.t.Fatal(err)
	}
}
