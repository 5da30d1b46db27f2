package digest

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"tidings/bot"
	"tidings/internal/htmltext"
)

// document is what a digest is read from, whatever it came as.
type document struct {
	text string // plain text, or empty
	html string // a page, or empty
	// flowed says that lines which end in a space go on in the next; RFC 3676.
	flowed bool
	// subject is the subject of a mail, which may name the edition.
	subject string
}

// documentOf recognizes a mail, a page, or plain text.
func documentOf(data string) (document, error) {
	data = strings.TrimPrefix(data, "\ufeff")
	switch {
	case isMail(data):
		return readMail(data)
	case isPage(data):
		return document{html: decode(data)}, nil
	}
	return document{text: data}, nil
}

var pageStart = regexp.MustCompile(`(?is)^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body|main|div|table|article|section|p|h[1-6]|center)[\s>]`)

// isPage reports whether a document is HTML.
func isPage(data string) bool {
	const enough = 4 << 10
	return pageStart.MatchString(data[:min(len(data), enough)])
}

// lines returns the lines of a document, cleaned.
func (d *document) lines() []line {
	if d.html == "" {
		return d.textLines()
	}
	var lines []line
	for i, l := range htmltext.Lines(d.html) {
		one := classify(i+1, norm.NFC.String(bot.CleanText(l.Text, bot.MaxSummary)))
		one.link = l.Link
		lines = append(lines, one)
	}
	return withoutNoise(lines)
}

// noise matches the lines that programs add to every mail, and people do not write.
var noise = regexp.MustCompile(`(?i)^(?:` +
	`\W*(?:unsubscribe|subscribe)(?:\s+(?:here|now|from\s.{1,60}))?\W*` +
	`|(?:view|read|open|see)\s+(?:this\s+|the\s+)?(?:e-?mail|message|newsletter|issue|online|it)?\s*(?:online|(?:in|on)\s+(?:your|a|the)\s+(?:web\s+)?browser)\W*` +
	`|(?:manage|update|change)\s+(?:your\s+)?(?:e-?mail\s+|subscription\s+)?preferences\W*` +
	`|(?:forward|share)\s+(?:this\s+)?(?:to|with)\s+a\s+friend\W*` +
	`|(?:having\s+)?trouble\s+(?:viewing|reading)\s+this\s+.{1,80}` +
	`|you(?:['’]re|\s+are)\s+receiving\s+this\s.{1,200}` +
	`)$`)

// withoutNoise makes such lines empty, so that they part what they stand between.
func withoutNoise(lines []line) []line {
	for i, l := range lines {
		if l.kind != anchor && noise.MatchString(l.text) {
			lines[i] = line{number: l.number, kind: blank}
		}
	}
	return lines
}

var (
	forwarded     = regexp.MustCompile(`(?i)^(?:-{2,}\s*(?:forwarded|original) message\s*-{2,}|begin forwarded message:)$`)
	forwardHeader = regexp.MustCompile(`^(?:From|Date|Sent|To|Cc|Reply-To|Subject):\s`)
)

// minForwarded is how many lines of a header must follow the mark of a forwarded mail.
const minForwarded = 3

// withoutForwarding makes the header of a forwarded mail empty.
func withoutForwarding(lines []line) []line {
	for i := range lines {
		if !forwarded.MatchString(lines[i].text) {
			continue
		}
		end := i + 1
		for end < len(lines) && (forwardHeader.MatchString(lines[end].text) || end == i+1 && lines[end].kind == blank) {
			end++
		}
		if end-i <= minForwarded {
			continue
		}
		for j := i; j < end; j++ {
			lines[j] = line{number: lines[j].number, kind: blank}
		}
	}
	return lines
}

// footer matches words that stand in what a newsletter ends with, and in no article after the last
// byline.
var footer = regexp.MustCompile(`(?i)©|unsubscribe|all rights reserved|privacy policy|copyright`)
