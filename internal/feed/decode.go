package feed

import (
	"bytes"
	"compress/gzip"
	"io"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// gunzip returns at most one byte more than a document may have.
func gunzip(r io.Reader) ([]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, MaxSize+1))
}

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

var declared = regexp.MustCompile(`^\s*<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

// decode makes UTF-8 of a document. Servers often name a wrong encoding, so what is sound UTF-8 is
// taken for that whatever they say; else the header counts more than the document. RFC 7303.
func decode(data []byte, contentType string) string {
	for _, m := range marks {
		if bytes.HasPrefix(data, []byte(m.prefix)) {
			return decodeAs(m.encoding, data)
		}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	name := encodingName(data, contentType)
	enc, canonical := charset.Lookup(name)
	switch {
	case canonical == "iso-2022-jp": // is sound UTF-8 to look at, too
		return decodeAs(enc, data)
	case utf8.Valid(data), canonical == "utf-8", enc == nil:
		return repairUTF8(string(data))
	}
	return decodeAs(enc, data)
}

func encodingName(data []byte, contentType string) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		return params["charset"]
	}
	if m := declared.FindSubmatch(data[:min(len(data), 256)]); m != nil {
		return string(m[1])
	}
	return ""
}

func decodeAs(enc encoding.Encoding, data []byte) string {
	out, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		return repairUTF8(string(data))
	}
	return repairUTF8(string(out))
}

// repairUTF8 reads single bytes that are no UTF-8 as Windows-1252, which they nearly always are.
func repairUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			r = charmap.Windows1252.DecodeByte(s[0])
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String()
}
