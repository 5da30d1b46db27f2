package feed

import (
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"tidings/internal/lazyregexp"
)

// marks lists how a document in UTF-16 or UTF-32 begins, with and without its mark. The longer come
// first.
var marks = []struct {
	prefix   string
	encoding encoding.Encoding
}{
	{"\xff\xfe\x00\x00", utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)},
	{"\x00\x00\xfe\xff", utf32.UTF32(utf32.BigEndian, utf32.UseBOM)},
	{"\xff\xfe", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
	{"\xfe\xff", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
	{"<\x00\x00\x00", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
	{"\x00\x00\x00<", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
	{"<\x00", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{"\x00<", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
}

var declared = lazyregexp.New(`^\s*<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

// decode makes UTF-8 of a document. Servers often name a wrong encoding, so what is sound UTF-8 is
// read as that whatever they say; else the header counts more than the document. RFC 7303.
func decode(text, contentType string) string { return repairC1(toUTF8(text, contentType)) }

func toUTF8(text, contentType string) string {
	for _, m := range marks {
		if strings.HasPrefix(text, m.prefix) {
			return decodeAs(m.encoding, text)
		}
	}
	text = strings.TrimLeft(text, "\ufeff") // each included file of a site may bring one
	name := encodingName(text, contentType)
	enc, canonical := charset.Lookup(name)
	switch {
	case canonical == "iso-2022-jp": // is sound UTF-8 to look at, too
		return decodeAs(enc, text)
	case utf8.ValidString(text), canonical == "utf-8", enc == nil:
		return repairUTF8(text)
	}
	return decodeAs(enc, text)
}

func encodingName(text, contentType string) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		return params["charset"]
	}
	if m := declared.FindStringSubmatch(text[:min(len(text), 256)]); m != nil {
		return m[1]
	}
	return ""
}

// decodeAs returns at most as much as a document may have.
func decodeAs(enc encoding.Encoding, text string) string {
	var b strings.Builder
	b.Grow(roomFor(text))
	_, err := io.Copy(&b, io.LimitReader(enc.NewDecoder().Reader(strings.NewReader(text)), MaxSize))
	if err != nil {
		return repairUTF8(text)
	}
	return repairUTF8(wholeRunes(b.String()))
}

// wholeRunes drops a character at the end that was cut in the middle.
func wholeRunes(s string) string {
	for i := len(s) - 1; i >= max(len(s)-utf8.UTFMax, 0); i-- {
		if utf8.RuneStart(s[i]) {
			if !utf8.FullRuneInString(s[i:]) {
				return s[:i]
			}
			break
		}
	}
	return s
}

// repairC1 reads the control characters of Latin-1 as the marks of Windows-1252 that they were before a program
// read them as Latin-1.
func repairC1(s string) string {
	if !hasC1(s) {
		return s
	}
	var b strings.Builder
	b.Grow(roomFor(s))
	for _, r := range s {
		if isC1(r) {
			r = charmap.Windows1252.DecodeByte(byte(r))
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isC1(r rune) bool { return r >= 0x80 && r <= 0x9F }

func hasC1(s string) bool {
	const lead = 0xC2 // of U+0080 to U+00BF in UTF-8
	for {
		i := strings.IndexByte(s, lead)
		if i < 0 || i+1 == len(s) {
			return false
		}
		if isC1(rune(s[i+1])) {
			return true
		}
		s = s[i+1:]
	}
}

// repairUTF8 reads single bytes that aren't UTF-8 as Windows-1252, which they nearly always are.
func repairUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	b.Grow(roomFor(s))
	for len(s) > 0 && b.Len() < MaxSize {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			r = charmap.Windows1252.DecodeByte(s[0])
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String()
}

// roomFor returns how many bytes to set aside for a text in UTF-8: as many as it usually becomes, or for a
// large one all that it may become, because a builder that has to grow takes more than twice as much.
func roomFor(text string) int {
	if len(text) < largeDocument {
		return len(text)
	}
	const widest = 3 // bytes of UTF-8 that one of another encoding may become
	return min(widest*len(text), MaxSize) + utf8.UTFMax
}
