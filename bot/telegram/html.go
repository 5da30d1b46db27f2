package telegram

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tidings/bot"
)

// wordJoiner is invisible, and ends a word for Telegram.
const wordJoiner = "\u2060"

// underline is a style that only Telegram's own renderings use.
const underline bot.Style = 1 << 7

// markup writes text as Telegram's HTML; core.telegram.org/bots/api#html-style.
func markup(t bot.Text) string {
	var b strings.Builder
	link := ""
	into := func(next string) {
		if link != "" && link != next {
			b.WriteString("</a>")
		}
		if next != "" && link != next {
			b.WriteString(`<a href="`)
			escape(&b, next)
			b.WriteString(`">`)
		}
		link = next
	}
	for _, s := range t {
		if s.Text == "" {
			continue
		}
		into(s.Link) // once for all its spans: an address may be long
		open, end := tags(s)
		b.WriteString(open)
		escape(&b, s.Text)
		b.WriteString(end)
	}
	into("")
	return b.String()
}

// tags returns the tags around a span, within its link. Code has no other tags: Telegram would ignore them.
func tags(s bot.Span) (open, end string) {
	add := func(name string) {
		open, end = "<"+name+">"+open, end+"</"+name+">"
	}
	if moment := openMoment(s); moment != "" {
		open, end = moment, "</tg-time>"
	}
	switch {
	case s.Link == "" && s.Style&bot.Pre != 0:
		return "<pre>", "</pre>"
	case s.Link == "" && s.Style&bot.Code != 0:
		return "<code>", "</code>"
	}
	for _, st := range []struct {
		style bot.Style
		name  string
	}{{underline, "u"}, {bot.Strike, "s"}, {bot.Italic, "i"}, {bot.Bold, "b"}} {
		if s.Style&st.style != 0 {
			add(st.name)
		}
	}
	return open, end
}

// escape escapes s for text and for quoted attributes alike. It escapes every &, since Telegram also decodes entities
// without a semicolon.
func escape(b *strings.Builder, s string) {
	for i := range len(s) {
		switch s[i] {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '"':
			b.WriteString("&quot;")
		default:
			b.WriteByte(s[i])
		}
	}
}

// units returns the length of a visible text in UTF-16 code units. The server counts code points, which are never more.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// tidy removes from spans what Telegram wouldn't show: broken and invisible characters, those that it drops silently,
// and links that it doesn't open.
func tidy(t bot.Text) bot.Text {
	out := make(bot.Text, 0, len(t))
	for _, s := range t {
		s.Text = cleanText(s.Text)
		s.Link = link(s.Link)
		if s.Text != "" {
			out = append(out, s)
		}
	}
	return out
}

// cleanText keeps line breaks and all spaces, unlike [bot.CleanText], because it sees parts of texts.
func cleanText(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	if strings.ContainsRune(s, combiningRing) {
		s = norm.NFC.String(s)
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case r == '\r', r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029:
			return '\n'
		case unicode.IsControl(r), isInvisible(r):
			return -1
		}
		return r
	}, s)
}

// combiningRing is dropped by Telegram, which would turn a decomposed å into an a.
const combiningRing = 0x030A

// isInvisible reports whether r is invisible and can deceive: zero-width spaces, direction marks and overrides, tag
// characters. Joiners stay, since emoji and Persian need them.
func isInvisible(r rune) bool {
	switch {
	case r == 0x00AD, r == 0x061C, r == 0x180E, r == 0x200B, r == 0x200E, r == 0x200F, r == 0xFEFF:
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r >= 0xFFF9 && r <= 0xFFFB:
		return true
	}
	return r >= 0xE0000 && r <= 0xE007F
}

// disarm puts a word joiner wherever Telegram would make a mention, a command or a link into the app
// of plain text. Addresses of web pages and of mail stay whole, and so do commands for which keep
// returns true; nil keeps none. prev and next are the characters that s stands between.
func disarm(prev rune, s string, next rune, keep func(command string) bool) string {
	if !strings.ContainsAny(s, "@/:") {
		return s
	}
	var b strings.Builder
	word := 0 // where the word that prev belongs to begins
	for i, r := range s {
		after := i + utf8.RuneLen(r)
		following := next
		if after < len(s) {
			following, _ = utf8.DecodeRuneInString(s[after:])
		}
		begins := isName(following) && !isWord(prev) && prev != '/'
		b.WriteRune(r)
		switch {
		case unicode.IsSpace(r):
			word = after
		case r == '@' && isName(following) && !isWord(prev) && !inAddress(s[word:i]),
			r == '/' && begins && !inAddress(s[word:i]) && !kept(s[after:], keep),
			r == ':' && strings.HasPrefix(s[after:], "//") && endsWithAppScheme(s[word:i]):
			b.WriteString(wordJoiner)
		}
		prev = r
	}
	return b.String()
}

// isName reports whether r can stand in the name of an account or a command.
func isName(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// isWord reports whether r is part of a word for Telegram, so that no mention can begin right after it.
func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// kept reports whether s begins with a command to keep.
func kept(s string, keep func(string) bool) bool {
	end := strings.IndexFunc(s, func(r rune) bool { return !isName(r) })
	if end < 0 {
		end = len(s)
	}
	return keep != nil && keep(s[:end]) && !strings.HasPrefix(s[end:], "@")
}

// inAddress reports whether word, which ends in front of a mark, is the beginning of a web address
// that goes on with the mark.
func inAddress(word string) bool {
	lower := strings.ToLower(word)
	rest, ok := strings.CutPrefix(lower, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(lower, "http://")
	}
	host, path, slash := strings.Cut(rest, "/")
	if !ok || !slash || strings.Contains(host, "..") || strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
		return false
	}
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 || len(host)-dot <= 2 || strings.ContainsAny(host[dot:], "0123456789-") {
		return false
	}
	return strings.Trim(path, "abcdefghijklmnopqrstuvwxyz0123456789-._~/%+=&?#@") == ""
}

// endsWithAppScheme reports whether s ends with a scheme that Telegram's own clients act on.
func endsWithAppScheme(s string) bool {
	s = strings.ToLower(s)
	return strings.HasSuffix(s, "tg") || strings.HasSuffix(s, "ton") || strings.HasSuffix(s, "tonsite")
}
