package telegram

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"tidings/internal/lazyregexp"
)

// maxEntities is how many entities of a message Telegram keeps.
const maxEntities = 100

// length is the length in UTF-16 code units.
func length(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

// slice is the part of s that begins at a UTF-16 offset, length units long.
func slice(s string, offset, length int) string {
	units := utf16.Encode([]rune(s))
	if offset < 0 || length < 0 || offset+length > len(units) {
		return ""
	}
	return string(utf16.Decode(units[offset : offset+length]))
}

// cleanRune is what Telegram makes of a character: control characters become spaces, and -1 means dropped.
func cleanRune(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r == '\r', r >= 0x2028 && r <= 0x202e, r == 0x333, r == 0x33f, r == 0x30a:
		return -1
	case r < ' ':
		return ' '
	}
	return r
}

// clean is a text without styles as Telegram keeps it.
func clean(s string) string { return strings.Trim(strings.Map(cleanRune, s), " \n") }

// tidy cleans a text, trims it, and brings its entities into the shape in which Telegram keeps them: in order,
// not empty, within the text, joined where they touch, with those that Telegram finds by itself. An empty text is
// no error here.
func tidy(text string, entities []Entity) (string, []Entity, error) {
	if !utf8.ValidString(text) {
		return "", nil, badRequest("strings must be encoded in UTF-8")
	}
	text, entities = scrub(text, entities)
	entities = withoutBlank(text, entities)
	sort(entities)
	text, entities = trim(text, entities)
	if text == "" {
		return "", nil, nil
	}
	entities = unnest(join(entities))
	entities = merge(entities, findEntities(text))
	if len(entities) > maxEntities {
		entities = entities[:maxEntities]
	}
	return text, entities, nil
}

// scrub cleans the text and moves the entities by what was dropped before and within them.
func scrub(text string, entities []Entity) (string, []Entity) {
	var b strings.Builder
	moved := []int{0} // new offset by old offset
	at := 0
	for _, r := range text {
		clean := cleanRune(r)
		for range utf16.RuneLen(r) {
			if clean >= 0 {
				at++
			}
			moved = append(moved, at)
		}
		if clean >= 0 {
			b.WriteRune(clean)
		}
	}
	kept := make([]Entity, 0, len(entities))
	for _, e := range entities {
		end := min(e.Offset+e.Length, len(moved)-1)
		if e.Offset < 0 || e.Offset >= end {
			continue
		}
		start := moved[e.Offset]
		e.Offset, e.Length = start, moved[end]-start
		kept = append(kept, e)
	}
	return b.String(), kept
}

func withoutBlank(text string, entities []Entity) []Entity {
	return slices.DeleteFunc(entities, func(e Entity) bool {
		return strings.Trim(slice(text, e.Offset, e.Length), " \n") == ""
	})
}

func sort(entities []Entity) {
	slices.SortStableFunc(entities, func(a, b Entity) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(b.Length, a.Length), cmp.Compare(rank(a.Type), rank(b.Type)))
	})
}

// rank orders entities with the same bounds, outermost first.
func rank(kind string) int {
	order := []string{
		"blockquote", "expandable_blockquote", "pre", "code", "text_link", "text_mention",
		"mention", "hashtag", "bot_command", "url", "email",
		"bold", "italic", "underline", "strikethrough", "spoiler", "date_time", "custom_emoji",
	}
	return slices.Index(order, kind)
}

// trim removes spaces and line ends on both sides; on the left only before the first entity, as Telegram does.
func trim(text string, entities []Entity) (string, []Entity) {
	text = strings.TrimRight(text, " \n")
	end := length(text)
	for i := range entities {
		entities[i].Length = min(entities[i].Length, end-entities[i].Offset)
	}
	left := len(text) - len(strings.TrimLeft(text, " \n"))
	if len(entities) > 0 {
		left = min(left, entities[0].Offset)
	}
	for i := range entities {
		entities[i].Offset -= left
	}
	return text[left:], entities
}

// style reports whether entities of a type may be cut and joined freely.
func style(kind string) bool {
	switch kind {
	case "bold", "italic", "underline", "strikethrough", "spoiler":
		return true
	}
	return false
}

// join makes one of two runs of the same style that touch or overlap.
func join(entities []Entity) []Entity {
	var joined []Entity
	last := map[string]int{}
	for _, e := range entities {
		if i, ok := last[e.Type]; ok && style(e.Type) && e.Offset <= joined[i].Offset+joined[i].Length {
			joined[i].Length = max(joined[i].Length, e.Offset+e.Length-joined[i].Offset)
			continue
		}
		last[e.Type] = len(joined)
		joined = append(joined, e)
	}
	sort(joined)
	return joined
}

// unnest drops what Telegram does not allow in other entities: anything in code and pre, code and links in links,
// quotes in quotes.
func unnest(entities []Entity) []Entity {
	var kept []Entity
	for _, e := range entities {
		if !slices.ContainsFunc(kept, func(outer Entity) bool {
			return overlap(outer, e) && excludes(outer.Type, e.Type)
		}) {
			kept = append(kept, e)
		}
	}
	// A style that surrounds code does not style it.
	return slices.DeleteFunc(kept, func(e Entity) bool {
		return style(e.Type) && slices.ContainsFunc(kept, func(inner Entity) bool {
			return (inner.Type == "code" || inner.Type == "pre") && inner.Offset <= e.Offset &&
				e.Offset+e.Length <= inner.Offset+inner.Length
		})
	})
}

func overlap(a, b Entity) bool {
	return a.Offset < b.Offset+b.Length && b.Offset < a.Offset+a.Length
}

func excludes(outer, inner string) bool {
	switch outer {
	case "code", "pre":
		return true
	case "blockquote", "expandable_blockquote":
		return inner == "blockquote" || inner == "expandable_blockquote"
	case "bold", "italic", "underline", "strikethrough", "spoiler":
		return false
	}
	return !style(inner)
}

// What Telegram marks by itself. Only what alerts and commands contain is looked for: addresses with their scheme,
// mail addresses, commands, mentions and hashtags. The first group is what has to come before, the second the entity.
var (
	urlPattern     = lazyregexp.New(`()(https?://[^\s<>"]*[^\s<>".,:;!?()'\]])`)
	emailPattern   = lazyregexp.New(`()([A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)`)
	slashPattern   = lazyregexp.New(`(^|[^\pL\pN_/<>])(/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?:[^\pL\pN_/<>]|$)`)
	mentionPattern = lazyregexp.New(`(^|[^\pL\pN_/@])(@[A-Za-z0-9_]{3,32})(?:[^\pL\pN_]|$)`)
	hashtagPattern = lazyregexp.New(`(^|[^\pL\pN_#])(#[\pL\pN_]*\pL[\pL\pN_]*)`)
)

func findEntities(text string) []Entity {
	found := match(text, "url", urlPattern)
	found = merge(found, match(text, "email", emailPattern))
	found = merge(found, match(text, "bot_command", slashPattern))
	found = merge(found, match(text, "mention", mentionPattern))
	return merge(found, match(text, "hashtag", hashtagPattern))
}

// match returns the second group of every match. The character between two matches belongs to both.
func match(text, kind string, re *lazyregexp.Regexp) []Entity {
	var found []Entity
	for from := 0; from < len(text); {
		// The last character of the match before stays in view, so that "^" is the true beginning only.
		_, size := utf8.DecodeLastRuneInString(text[:from])
		view := from - size
		m := re.FindStringSubmatchIndex(text[view:])
		if m == nil {
			break
		}
		start, end := view+m[4], view+m[5]
		if start >= from {
			found = append(found, Entity{
				Type: kind, Offset: length(text[:start]), Length: length(text[start:end]),
			})
		}
		from = max(end, from+1)
	}
	return found
}

// merge adds found entities where no other excludes them.
func merge(entities, found []Entity) []Entity {
	given := entities
	for _, f := range found {
		if !slices.ContainsFunc(given, func(e Entity) bool {
			return overlap(e, f) && !style(e.Type) && !strings.HasSuffix(e.Type, "blockquote")
		}) {
			entities = append(entities, f)
		}
	}
	sort(entities)
	return entities
}

// firstLink is the first address in a text, visible or behind words.
func firstLink(text string, entities []Entity) string {
	for _, e := range entities {
		switch e.Type {
		case "text_link":
			return e.URL
		case "url":
			return slice(text, e.Offset, e.Length)
		}
	}
	return ""
}
