// Package rawjson parses JSON without copying it, so that what somebody sends costs no more memory than it is
// long: lists of a hundred thousand empty objects, and objects of as many fields, are only walked over.
//
// All of it is for JSON that is known to be sound, by [encoding/json.Valid]; what comes of any other is undefined, but
// no panic.
package rawjson

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"iter"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Elements yields the elements of a list, none for anything else. They lie within list.
func Elements(list []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		rest, ok := inside(list, '[')
		for ok && len(rest) > 0 && rest[0] != ']' {
			n := length(rest)
			if n == 0 || !yield(rest[:n]) {
				return
			}
			rest = next(rest[n:])
		}
	}
}

// Fields yields the names, as they are written, quotation marks and all, and the values of an object's fields in their
// order; none for anything else.
func Fields(object []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		rest, ok := inside(object, '{')
		for ok && len(rest) > 0 && rest[0] == '"' {
			name := rest[:length(rest)]
			rest = space(rest[len(name):])
			if len(rest) == 0 {
				return
			}
			rest = space(rest[1:]) // the colon
			n := length(rest)
			if n == 0 || !yield(name, rest[:n]) {
				return
			}
			rest = next(rest[n:])
		}
	}
}

// inside returns what follows the bracket that a value opens with.
func inside(value []byte, bracket byte) ([]byte, bool) {
	value = space(value)
	if len(value) == 0 || value[0] != bracket {
		return nil, false
	}
	return space(value[1:]), true
}

// next returns what follows the comma, or begins with the closing bracket.
func next(rest []byte) []byte {
	rest = space(rest)
	if len(rest) > 0 && rest[0] == ',' {
		return space(rest[1:])
	}
	return rest
}

func space(data []byte) []byte { return bytes.TrimLeft(data, " \t\r\n") }

// length returns how long the value is that data begins with.
func length(data []byte) int {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			i += quoted(data[i:]) - 1
		case '[', '{':
			depth++
			continue
		case ']', '}':
			if depth == 0 {
				return i // the end of what a bare word stands in
			}
			depth--
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(data)
}

// quoted returns how long the string is that data begins with.
func quoted(data []byte) int {
	for i := 1; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(data)
}

// String returns the text of a value that is a string. What is no UTF-8 stays as it is; half of a surrogate pair
// becomes U+FFFD.
func String(value []byte) (text string, ok bool) {
	if len(value) < 2 || value[0] != '"' {
		return "", false
	}
	inner := value[1 : len(value)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return valid(inner), true
	}
	return valid(unescape(inner)), true
}

// valid returns text with a replacement character for what is not in UTF-8, as encoding/json does.
func valid(text []byte) string { return strings.ToValidUTF8(string(text), string(utf8.RuneError)) }

// unescape returns what escapes stand for. It is never longer than they are.
func unescape(inner []byte) []byte {
	out := make([]byte, 0, len(inner))
	for {
		i := bytes.IndexByte(inner, '\\')
		if i < 0 || i+1 >= len(inner) {
			return append(out, inner...)
		}
		out = append(out, inner[:i]...)
		escape := inner[i+1]
		inner = inner[i+2:]
		if escape != 'u' {
			out = append(out, plain(escape))
			continue
		}
		var r rune
		r, inner = escaped(inner)
		out = utf8.AppendRune(out, r)
	}
}

func plain(escape byte) byte {
	switch escape {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return escape
}

// escaped returns the character whose escape goes on with inner after \u, and what follows it.
func escaped(inner []byte) (r rune, rest []byte) {
	r, rest = unit(inner)
	if !utf16.IsSurrogate(r) || !bytes.HasPrefix(rest, []byte(`\u`)) {
		return r, rest // AppendRune writes half a pair as U+FFFD
	}
	second, after := unit(rest[2:])
	if pair := utf16.DecodeRune(r, second); pair != utf8.RuneError {
		return pair, after
	}
	return utf8.RuneError, rest
}

// unit reads four hexadecimal digits.
func unit(digits []byte) (r rune, rest []byte) {
	var b [2]byte
	n := min(len(digits), hex.EncodedLen(len(b)))
	if _, err := hex.Decode(b[:], digits[:n]); err != nil || n < hex.EncodedLen(len(b)) {
		return utf8.RuneError, digits[n:]
	}
	return rune(binary.BigEndian.Uint16(b[:])), digits[n:]
}
