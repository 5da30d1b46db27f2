package sandbox

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// tgMaxEntities is how many entities of a message Telegram keeps.
const tgMaxEntities = 100

// tgLength is the length in UTF-16 code units.
func tgLength(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

// tgSlice is the part of s that begins at a UTF-16 offset, length units long.
func tgSlice(s string, offset, length int) string {
	units := utf16.Encode([]rune(s))
	if offset < 0 || length < 0 || offset+length > len(units) {
		return ""
	}
	return string(utf16.Decode(units[offset : offset+length]))
}

// tgCleanRune is what Telegram makes of a character: control characters become spaces, and -1 means dropped.
func tgCleanRune(r rune) rune {
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

// tgClean is a text without styles as Telegram keeps it.
func tgClean(s string) string { return strings.Trim(strings.Map(tgCleanRune, s), " \n") }

// tgTidy cleans a text, trims it, and brings its entities into the shape in which Telegram keeps them: in order,
// not empty, within the text, joined where they touch, with those that Telegram finds by itself. An empty text is
// no error here.
func tgTidy(text string, entities []TelegramEntity) (string, []TelegramEntity, error) {
	if !utf8.ValidString(text) {
		return "", nil, tgBadRequest("strings must be encoded in UTF-8")
	}
	text, entities = tgScrub(text, entities)
	entities = tgWithoutBlank(text, entities)
	tgSort(entities)
	text, entities = tgTrim(text, entities)
	if text == "" {
		return "", nil, nil
	}
	entities = tgUnnest(tgJoin(entities))
	entities = tgMerge(entities, tgFindEntities(text))
	if len(entities) > tgMaxEntities {
		entities = entities[:tgMaxEntities]
	}
	return text, entities, nil
}

// tgScrub cleans the text and moves the entities by what was dropped before and within them.
func tgScrub(text string, entities []TelegramEntity) (string, []TelegramEntity) {
	var b strings.Builder
	moved := []int{0} // new offset by old offset
	at := 0
	for _, r := range text {
		clean := tgCleanRune(r)
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
	kept := make([]TelegramEntity, 0, len(entities))
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

func tgWithoutBlank(text string, entities []TelegramEntity) []TelegramEntity {
	return slices.DeleteFunc(entities, func(e TelegramEntity) bool {
		return strings.Trim(tgSlice(text, e.Offset, e.Length), " \n") == ""
	})
}

func tgSort(entities []TelegramEntity) {
	slices.SortStableFunc(entities, func(a, b TelegramEntity) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(b.Length, a.Length), cmp.Compare(tgRank(a.Type), tgRank(b.Type)))
	})
}

// tgRank orders entities with the same bounds, outermost first.
func tgRank(kind string) int {
	order := []string{
		"blockquote", "expandable_blockquote", "pre", "code", "text_link", "text_mention",
		"mention", "hashtag", "bot_command", "url", "email",
		"bold", "italic", "underline", "strikethrough", "spoiler", "date_time", "custom_emoji",
	}
	return slices.Index(order, kind)
}

// tgTrim takes spaces and line ends off both sides; on the left only before the first entity, as Telegram does.
func tgTrim(text string, entities []TelegramEntity) (string, []TelegramEntity) {
	text = strings.TrimRight(text, " \n")
	end := tgLength(text)
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

// tgStyle tells the entities that may be cut and joined freely.
func tgStyle(kind string) bool {
	switch kind {
	case "bold", "italic", "underline", "strikethrough", "spoiler":
		return true
	}
	return false
}

// tgJoin makes one of two runs of the same style that touch or overlap.
func tgJoin(entities []TelegramEntity) []TelegramEntity {
	var joined []TelegramEntity
	last := map[string]int{}
	for _, e := range entities {
		if i, ok := last[e.Type]; ok && tgStyle(e.Type) && e.Offset <= joined[i].Offset+joined[i].Length {
			joined[i].Length = max(joined[i].Length, e.Offset+e.Length-joined[i].Offset)
			continue
		}
		last[e.Type] = len(joined)
		joined = append(joined, e)
	}
	tgSort(joined)
	return joined
}

// tgUnnest drops what Telegram does not allow in other entities: anything in code and pre, code and links in links,
// quotes in quotes.
func tgUnnest(entities []TelegramEntity) []TelegramEntity {
	var kept []TelegramEntity
	for _, e := range entities {
		if !slices.ContainsFunc(kept, func(outer TelegramEntity) bool {
			return tgOverlap(outer, e) && tgExcludes(outer.Type, e.Type)
		}) {
			kept = append(kept, e)
		}
	}
	// A style that surrounds code does not style it.
	return slices.DeleteFunc(kept, func(e TelegramEntity) bool {
		return tgStyle(e.Type) && slices.ContainsFunc(kept, func(inner TelegramEntity) bool {
			return (inner.Type == "code" || inner.Type == "pre") && inner.Offset <= e.Offset &&
				e.Offset+e.Length <= inner.Offset+inner.Length
		})
	})
}

func tgOverlap(a, b TelegramEntity) bool {
	return a.Offset < b.Offset+b.Length && b.Offset < a.Offset+a.Length
}

func tgExcludes(outer, inner string) bool {
	switch outer {
	case "code", "pre":
		return true
	case "blockquote", "expandable_blockquote":
		return inner == "blockquote" || inner == "expandable_blockquote"
	case "bold", "italic", "underline", "strikethrough", "spoiler":
		return false
	}
	return !tgStyle(inner)
}

// What Telegram marks by itself. Only what alerts and commands contain is looked for: addresses with their scheme,
// mail addresses, commands, mentions and hashtags. The first group is what has to stand before, the second the entity.
var (
	tgURL     = regexp.MustCompile(`()(https?://[^\s<>"]*[^\s<>".,:;!?()'\]])`)
	tgEmail   = regexp.MustCompile(`()([A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)`)
	tgSlash   = regexp.MustCompile(`(^|[^\pL\pN_/<>])(/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?:[^\pL\pN_/<>]|$)`)
	tgMention = regexp.MustCompile(`(^|[^\pL\pN_/@])(@[A-Za-z0-9_]{3,32})(?:[^\pL\pN_]|$)`)
	tgHashtag = regexp.MustCompile(`(^|[^\pL\pN_#])(#[\pL\pN_]*\pL[\pL\pN_]*)`)
)

func tgFindEntities(text string) []TelegramEntity {
	found := tgMatch(text, "url", tgURL)
	found = tgMerge(found, tgMatch(text, "email", tgEmail))
	found = tgMerge(found, tgMatch(text, "bot_command", tgSlash))
	found = tgMerge(found, tgMatch(text, "mention", tgMention))
	return tgMerge(found, tgMatch(text, "hashtag", tgHashtag))
}

// tgMatch returns the second group of every match. The character between two matches belongs to both.
func tgMatch(text, kind string, re *regexp.Regexp) []TelegramEntity {
	var found []TelegramEntity
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
			found = append(found, TelegramEntity{
				Type: kind, Offset: tgLength(text[:start]), Length: tgLength(text[start:end]),
			})
		}
		from = max(end, from+1)
	}
	return found
}

// tgMerge adds found entities where none that excludes them stands.
func tgMerge(entities, found []TelegramEntity) []TelegramEntity {
	given := entities
	for _, f := range found {
		if !slices.ContainsFunc(given, func(e TelegramEntity) bool {
			return tgOverlap(e, f) && !tgStyle(e.Type) && !strings.HasSuffix(e.Type, "blockquote")
		}) {
			entities = append(entities, f)
		}
	}
	tgSort(entities)
	return entities
}

// tgFirstLink is the first address in a text, visible or behind words.
func tgFirstLink(text string, entities []TelegramEntity) string {
	for _, e := range entities {
		switch e.Type {
		case "text_link":
			return e.URL
		case "url":
			return tgSlice(text, e.Offset, e.Length)
		}
	}
	return ""
}
