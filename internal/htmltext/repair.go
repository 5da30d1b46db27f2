package htmltext

import (
	"html"
	"strings"

	"golang.org/x/net/html/atom"

	"tidings/bot"
	"tidings/internal/lazyregexp"
)

// encodedMarkup matches an end tag or a lone element that was encoded as text, which prose about
// markup ("the &lt;b&gt; tag") doesn't contain.
var encodedMarkup = lazyregexp.New(
	`(?i)&lt;(?:/(?:a|b|i|p|em|strong|span|div|u|s|h[1-6]|li|ul|ol|cite|blockquote|font)\s*|(?:br|p|img|hr)\b[^<>]*?/?)(?:&gt;|>)`)

// entity matches a reference that ends as it should.
var entity = lazyregexp.New(`&(?:[a-zA-Z][a-zA-Z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});`)

// attribute matches what a tag with attributes contains and prose doesn't.
var attribute = lazyregexp.New(`\s[a-zA-Z-]+=["']`)

// decodeTwice undoes one encoding of a document whose markup has all been encoded as text.
func decodeTwice(s string) string {
	if !strings.Contains(s, "&lt;") && !strings.Contains(s, "&LT;") || !encodedMarkup.MatchString(s) || hasTag(s) {
		return s
	}
	return html.UnescapeString(s)
}

func hasTag(s string) bool {
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			return false
		}
		if s = s[i:]; isTag(s) {
			return true
		}
		s = s[1:]
	}
}

// decodeEntities undoes a second encoding of single characters, as in "AT&amp;amp;T". What is set
// as code is meant as it stands.
func decodeEntities(s string, style bot.Style) string {
	at := strings.IndexByte(s, '&')
	if style&bot.Code != 0 || at < 0 || strings.IndexByte(s[at:], ';') < 0 {
		return s
	}
	return entity.ReplaceAllStringFunc(s, html.UnescapeString)
}

// escapeBare encodes each "<" that doesn't begin a tag, so that "a<b" isn't mistaken for one. A tag that
// is cut off by the end, as summaries cut by length have it, is left out.
func escapeBare(s string) string { return escape(s, &body{text: s}) }

// judge says which tags of a text are markup and which are words.
type judge interface {
	// isMarkup is asked about each "<", in order, behind which the text goes on like a tag with its ">".
	isMarkup(at int) bool
	// isCutOff is asked about a "<" without a ">" behind it.
	isCutOff(at int) bool
}

func escape(s string, j judge) string {
	if !strings.Contains(s, "<") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	last := strings.LastIndexByte(s, '>')
	for i := 0; i < len(s); {
		next := strings.IndexByte(s[i:], '<')
		if next < 0 {
			b.WriteString(s[i:])
			break
		}
		b.WriteString(s[i : i+next])
		i += next
		switch {
		case i > last && j.isCutOff(i):
			return b.String()
		case i < last && isTag(s[i:]) && j.isMarkup(i):
			b.WriteByte('<')
		default:
			b.WriteString("&lt;")
		}
		i++
	}
	return b.String()
}

// isTag reports whether s, which begins with "<", begins with a tag, a comment or a declaration.
func isTag(s string) bool {
	if strings.HasPrefix(s, "<!--") || strings.HasPrefix(s, "<![") || strings.HasPrefix(s, "<?xml") ||
		len(s) > 9 && strings.EqualFold(s[:9], "<!doctype") {
		return true
	}
	if !isNamed(s) {
		return false
	}
	stop := strings.IndexAny(s[1:], `<>"'`)
	if stop < 0 || s[1+stop] == '<' {
		return false
	}
	return s[1+stop] != '>' || areAttributes(s[1:1+stop])
}

// areAttributes reports whether what stands in a tag without quotes may be a name and attributes, unlike
// "b and c" in "a<b and c>d".
func areAttributes(s string) bool {
	if strings.Contains(s, "=") {
		return true
	}
	words := strings.Fields(strings.TrimSuffix(s, "/"))
	for _, w := range words[min(len(words), 1):] {
		switch strings.ToLower(w) {
		case "/", "hidden", "disabled", "checked", "selected", "controls", "autoplay", "loop", "muted", "open", "async", "defer",
			"allowfullscreen", "noshade", "nowrap", "reversed", "required", "readonly", "multiple", "itemscope", "ismap", "inert":
		default:
			return false
		}
	}
	return true
}

// isNamed reports whether s begins like a tag of an element that exists or may have been made up
// by a program.
func isNamed(s string) bool {
	const longest = 64
	s = strings.TrimPrefix(s[1:min(len(s), longest)], "/")
	end := 0
	for end < len(s) && isNameByte(s[end]) {
		end++
	}
	if end == 0 || s[0]|0x20 < 'a' || end < len(s) && !strings.ContainsRune(" \t\n\f\r/>", rune(s[end])) {
		return false
	}
	name := strings.ToLower(s[:end])
	return strings.ContainsAny(name, ":-") || atom.Lookup([]byte(name)) != 0 || isMath(name)
}

// isMath reports whether a name is that of an element of formulas that the library's list of names lacks.
func isMath(name string) bool {
	switch name {
	case "mrow", "msub", "msup", "msubsup", "mfrac", "msqrt", "mroot", "mover", "munder", "munderover", "mmultiscripts", "mprescripts",
		"mtable", "mtr", "mtd", "mspace", "mstyle", "mfenced", "mpadded", "mphantom", "menclose", "semantics", "annotation":
		return true
	}
	return false
}

func isNameByte(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == ':' || c == '-'
}

// isCutOff reports whether s, which has no ">", is the beginning of a tag rather than text.
func isCutOff(s string) bool {
	if strings.HasPrefix(s, "<!--") || s == "<" {
		return true
	}
	if strings.Contains(s[1:], "<") || !isNamed(s) {
		return false
	}
	return strings.HasPrefix(s, "</") || attribute.MatchString(s)
}
