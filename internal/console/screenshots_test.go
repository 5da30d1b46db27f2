package console_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestScreenshots takes the README's picture of the console: go test ./internal/console -run TestScreenshots -args -screenshots=DIR.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("no -screenshots=DIR is given")
	}
	h := open(t, plan{})
	furnish(h)
	b := openBrowser(h)
	b.visit("/now")
	b.Do("leave what is focused", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	for _, scheme := range []string{"light", "dark"} {
		b.Shoot(*screenshots, "console", 1280, 900, scheme)
	}
}
