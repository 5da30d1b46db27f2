package browsertest

import (
	_ "embed"
	"strings"

	"github.com/chromedp/chromedp"
)

// accessibleScript finds what keeps people out, by the rules of axe that such pages can break.
//
//go:embed accessible.js
var accessibleScript string

// Accessible fails the test for what a page has that keeps people out: without names, labels, contrast, order or room to press.
func (b *Browser) Accessible(about string) {
	b.t.Helper()
	if findings := Run(b, about, chromedp.Evaluate[[]string](accessibleScript)); len(findings) > 0 {
		b.t.Errorf("%s: not accessible:\n%s", about, strings.Join(findings, "\n"))
	}
}

// Axe fails the test for what axe-core finds, which script is.
func (b *Browser) Axe(about, script string) {
	b.t.Helper()
	const run = `; axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.flatMap(v => v.nodes.map(n =>
		v.id + ": " + n.target.join(" ") + " " + n.failureSummary.replaceAll("\n", " "))))`
	findings := Run(b, about, chromedp.Evaluate[[]string](script+run, chromedp.EvalAwaitPromise))
	if len(findings) > 0 {
		b.t.Errorf("%s: axe finds:\n%s", about, strings.Join(findings, "\n"))
	}
}
