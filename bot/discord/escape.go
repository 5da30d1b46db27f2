package discord

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/bot"
)

// zeroWidthSpace shows nothing and breaks what would be read as one token.
const zeroWidthSpace = "\u200b"

// lineState says what the current line contains so far: some characters are markup only at its start.
type lineState int

const (
	blankLine  lineState = iota // nothing but white space
	digitsLine                  // a number, which a full stop would make a list
	otherLine
)

// writer writes Discord's markdown. It escapes what would be read as markup where it stands, and
// leaves the rest readable: notifications and logs show the escapes.
type writer struct {
	b      strings.Builder
	line   lineState
	prev   rune // the last one of text
	marked bool // a closing mark was written last
}

// mark writes markup that opens or closes a style.
func (w *writer) mark(s string) { w.b.WriteString(s) }

// textKind says where text stands.
type textKind int

const (
	freeText  textKind = iota
	labelText          // within a link, where another link cannot be
)

// text writes s, of which all is visible, so that it reads as it stands.
func (w *writer) text(s string, kind textKind) {
	for s != "" {
		if n := addressLen(s); n > 0 && kind == freeText && !isWord(w.prev) {
			// An address between angle brackets is a link without a preview, and needs no escapes.
			w.b.WriteString("<" + s[:n] + ">")
			w.line, w.marked = otherLine, false
			w.prev, _ = utf8.DecodeLastRuneInString(s[:n])
			s = s[n:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		w.rune(r, s)
	}
}

// rune writes r, which rest follows.
func (w *writer) rune(r rune, rest string) {
	if w.isMarkup(r, rest) {
		w.b.WriteByte('\\')
	}
	w.b.WriteRune(r)
	if r == '@' && (rest == "" || w.prev == '<' || strings.HasPrefix(rest, "everyone") || strings.HasPrefix(rest, "here")) {
		w.b.WriteString(zeroWidthSpace)
	}
	w.advance(r)
}

// isMarkup reports whether r would be read as markup, or could be, with what follows the text.
func (w *writer) isMarkup(r rune, rest string) bool {
	switch r {
	case '\\', '*', '_', '~', '`', '|', '[', ']', '<':
		return true
	case '#', '-', '+', '>':
		return w.line == blankLine
	case '.', ')':
		return w.line == digitsLine
	case ':':
		return rest == "" || isShortcode(rest) || strings.HasPrefix(rest, "//")
	}
	return false
}

// advance notes where r leaves the line.
func (w *writer) advance(r rune) {
	w.prev, w.marked = r, false
	switch {
	case r == '\n':
		w.line = blankLine
	case unicode.IsSpace(r):
	case r >= '0' && r <= '9' && w.line != otherLine:
		w.line = digitsLine
	default:
		w.line = otherLine
	}
}

// visible returns what is shown of r: line breaks, other white space as spaces, nothing (-1) of control
// characters.
func visible(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r == '\t', r == '\v', r == '\f', r == 0x85:
		return ' '
	case unicode.IsControl(r), turns(r):
		return -1
	}
	return r
}

// turns reports whether r changes the direction of what follows it, beyond its own text.
func turns(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// isShortcode reports whether s goes on as the name of an emoji does after its colon.
func isShortcode(s string) bool {
	name, _, found := strings.Cut(s, ":")
	if !found || name == "" {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool {
		return r > unicode.MaxASCII || !isWord(r) && r != '_' && r != '+' && r != '-'
	})
}

// addressLen returns how long the web address is that s begins with. It is 0 for one that cannot
// stand between angle brackets as it is; that one is shown, and leads nowhere.
func addressLen(s string) int {
	if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		return 0
	}
	n := strings.IndexFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '<' || r == '>' || r == utf8.RuneError || turns(r)
	})
	if n < 0 {
		n = len(s)
	}
	n = len(strings.TrimRight(s[:n], ".,:;!?\"'()[]{}*_~|`\\"))
	if bot.CleanURL(s[:n]) == "" || linkAddress(s[:n]) != s[:n] {
		return 0
	}
	return n
}

// linkAddress returns an address as it can stand between angle brackets: what would end it or be read
// as markup around it is percent-encoded.
func linkAddress(address string) string {
	return strings.NewReplacer(
		" ", "%20", "<", "%3C", ">", "%3E", "(", "%28", ")", "%29", "*", "%2A", "~", "%7E", "|", "%7C", "`", "%60", "\\", "%5C",
		"@everyone", "%40everyone", "@here", "%40here",
	).Replace(address)
}
