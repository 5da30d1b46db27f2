package digest

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"tidings/bot"
	"tidings/internal/htmltext"
	"tidings/internal/lazyregexp"
)

// document is what a digest is read from, whatever it came as.
type document struct {
	text    string // plain text, or empty
	html    string // a page, or empty
	flowing flowing
	// subject is the subject of a mail, which may name the edition.
	subject string
	// attached are the mails that were passed on with this one.
	attached []*document
}

// documentOf recognizes a mail, a page, or plain text.
func documentOf(data string) (*document, error) {
	data = strings.TrimPrefix(data, "\ufeff")
	switch {
	case isMail(data):
		return readMail(data)
	case isPage(data):
		return &document{html: decode(data)}, nil
	}
	return &document{text: data}, nil
}

func (d *document) isEmpty() bool { return d.text == "" && d.html == "" && len(d.attached) == 0 }

// read reads the digests attached to a mail, or else the mail itself, which is a note otherwise.
func (d *document) read(o Options) (*Digest, error) {
	var found []*Digest
	var refused error
	for _, inner := range d.attached {
		one, err := inner.read(o)
		switch {
		case err == nil:
			found = append(found, one)
		case refused == nil:
			refused = err
		}
	}
	if len(found) > 0 {
		return joined(found), nil
	}
	one, err := d.readBody(o)
	if err != nil && refused != nil {
		return nil, refused
	}
	return one, err
}

// readBody reads what a document says itself, as microdata, as plain text with the links of its page, or
// as a page.
func (d *document) readBody(o Options) (*Digest, error) {
	if len(d.text) > maxText || len(d.html) > maxText {
		return nil, fmt.Errorf("digest has more than %d MiB of text", maxText>>20)
	}
	if found := readMicrodata(d.html, o); found != nil {
		return found, nil
	}
	if !d.isPlain() {
		return readLines(d.pageLines(), laidOut, d.subject, o)
	}
	found, err := readLines(d.textLines(), typed, d.subject, o)
	switch {
	case d.html == "":
	case err != nil:
		if page, err := readLines(d.pageLines(), laidOut, d.subject, o); err == nil {
			return page, nil
		}
	default:
		found.link(htmltext.Lines(d.html))
	}
	return found, err
}

// form is what the lines of a document are.
type form int

const (
	typed   form = iota // which a mail program may have broken
	laidOut             // those of a page, which are whole
	written             // those of [Write]
)

var pageStart = lazyregexp.New(`(?is)^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body|main|div|table|article|section|p|h[1-6]|center)[\s>]`)

// isPage reports whether a document is HTML.
func isPage(data string) bool {
	const enough = 4 << 10
	return pageStart.MatchString(data[:min(len(data), enough)])
}

// isPlain reports whether the document is read as plain text: it has some, with at least half of what
// its page says.
func (d *document) isPlain() bool {
	return d.text != "" && (d.html == "" || 2*letters(d.text) >= lettersOf(htmltext.Lines(d.html)))
}

func letters(s string) int { return len(strings.Join(strings.Fields(s), "")) }

func lettersOf(lines []htmltext.Line) int {
	n := 0
	for _, l := range lines {
		n += letters(l.Text)
	}
	return n
}

// pageLines returns the lines of the page, cleaned.
func (d *document) pageLines() []line {
	var lines []line
	for i, l := range htmltext.Lines(d.html) {
		one := classify(i+1, norm.NFC.String(bot.CleanText(l.Text, bot.MaxSummary)))
		one.link = l.Link
		lines = append(lines, one)
	}
	return withoutNoise(withReadOn(lines))
}

// readOn matches words that lead to the rest of an article.
var readOn = lazyregexp.New(`^(?i:(?:(?:continue\s+)?reading|(?:read|see)(?:\s+(?:more|on|(?:the\s+)?full\s+(?:story|article)))|weiterlesen|lire\s+la\s+suite|leer\s+más))\W*$`)

// withReadOn returns the lines of a page with the addresses behind such words instead of them, where nothing else leads to the articles.
func withReadOn(lines []line) []line {
	isLink := func(l line) bool { return l.link != "" && l.kind == text && !readOn.MatchString(l.text) }
	if slices.ContainsFunc(lines, isLink) {
		return lines
	}
	for i, l := range lines {
		if link := bot.CleanURL(l.link); link != "" && readOn.MatchString(l.text) {
			lines[i].text, lines[i].kind, lines[i].link = link, address, ""
		}
	}
	return lines
}

// noise matches the lines that programs add to every mail, and people do not write.
var noise = lazyregexp.New(`(?i)^(?:` +
	`\W*(?:unsubscribe|subscribe)(?:\s+(?:here|now|from\s.{1,60}))?\W*` +
	`|(?:view|read|open|see)\s+(?:this\s+|the\s+)?(?:e-?mail|message|newsletter|issue|online|it)?\s*(?:online|(?:in|on)\s+(?:(?:your|a|the)\s+)?(?:web\s+)?browser)\W*` +
	`|(?:manage|update|change)\s+(?:your\s+)?(?:e-?mail\s+|subscription\s+)?preferences\W*` +
	`|(?:forward|share)\s+(?:this\s+)?(?:to|with)\s+a\s+friend\W*` +
	`|(?:having\s+)?trouble\s+(?:viewing|reading)\s+this\s+.{1,80}` +
	`|you(?:['’]re|\s+are)\s+receiving\s+this\s.{1,200}` +
	`|(?:sent\s+from|get)\s+(?:my\s+(?:i?phone|ipad|phone|mobile|samsung|android)|outlook\s+for)\b.{0,60}` +
	`|von\s+meinem\s+.{1,30}\s+gesendet\W*|gesendet\s+von\s+.{1,30}` +
	`|(?:read|see)\s+more\W*|continue\s+reading\W*|(?:read|see)\s+(?:the\s+)?full\s+(?:story|article)\W*|weiterlesen\W*|lire\s+la\s+suite\W*|leer\s+más\W*` +
	`|\d{1,3}[\s-]?min(?:ute)?s?\.?\s+(?:read|lesezeit|de\s+lecture|de\s+lectura)\W*` +
	`)$`)

// warning matches what a company's server puts above a mail from outside. An article may say the like.
var warning = lazyregexp.New(`(?i)^(?:` +
	`\W*(?:external|ext)(?:\s+(?:e-?mail|sender|message))?\W*|.{0,80}\bdon['’]t\s+often\s+get\s+e-?mail\s+from\b.{0,120}` +
	`|\W*(?:caution|warning|attention|notice|external|be careful|achtung|vorsicht|this)\b.{0,60}\b(?:e-?mail|message|nachricht)\b.{0,60}` +
	`\b(?:outside|extern(?:al|en|er)?|originated)\b.{0,200}` +
	`|.{0,200}\b(?:click|open)\b.{0,40}\b(?:links?|attachments?)\b.{0,40}\bunless\s+you\b.{0,160}` +
	`|.{0,40}\b(?:links?|attachments?)\b.{0,40}\bunless\s+you\s+(?:recogni[sz]e|know|trust)\b.{0,160}` +
	`)$`)

// spoken matches a line with the end of a sentence, or with words in capitals first, as titles and deks hardly are.
var spoken = lazyregexp.New(`[.!]\W*$|[.!]\s+\p{Lu}|^\W*\p{Lu}{3,}\b.*[:\]]|(?i:^\W*ext(?:ernal)?\b\W*(?:e-?mail|sender|message)?\W*$)`)

// withoutNoise makes such lines empty, so that they part what they stand between. Warnings stand above all dates. Only their first
// line has to be spoken.
func withoutNoise(lines []line) []line {
	dated, warned := false, false
	for i, l := range lines {
		dated = dated || l.kind == anchor
		warned = !dated && warning.MatchString(l.text) && (warned || spoken.MatchString(l.text))
		if l.kind != anchor && (noise.MatchString(l.text) || warned) {
			lines[i] = line{number: l.number, kind: blank, opens: l.opens}
		}
	}
	return lines
}

// footer matches words that stand in what a newsletter ends with, and in no article after the last
// byline.
var footer = lazyregexp.New(`(?i)©|unsubscribe|all rights reserved|privacy policy|copyright|^load more|^follow us` +
	`|^(?:\S+ ){1,3}mailing list$|^(?:become|join|sign up|subscribe|contact|about|advertise)\b.{0,40}$|^you(?:['’]re| are)? (?:receiv|get)|\d.*\b(?:street|road|avenue|suite|floor|straße)\b|\b(?:street|road|avenue|suite|floor|straße)\b.*\d` +
	`|^thank(?:s| you) for (?:reading|subscribing|your interest)|^have a (?:great|good|nice|lovely|pleasant)\s(?:\S+\s){0,3}(?:day|week|weekend|morning|afternoon|evening|night)\b|^see you (?:soon|tomorrow|next)|^(?:kind|best|warm) regards`)
