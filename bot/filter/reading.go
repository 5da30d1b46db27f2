package filter

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/internal/lazyregexp"
)

// Reading is one way to read what people type out of the habits of other bots and search boxes.
type Reading struct {
	Habit Habit
	// Typed is what gave rise to it, as typed: terms with a space between them, or all.
	Typed string
	// Filter is the filter that says it, which Parse accepts; blank for every article. What was typed for an address, a
	// mention or a place is not in it.
	Filter string
	// Means says what the filter does, as the end of a sentence for the person who typed it.
	Means string
}

// Habit says what somebody seems to be used to.
type Habit int

// The habits that Readings knows.
const (
	AsTyped    Habit = iota // none: the words are looked for, as the filter language has it
	Everything              // all, everything, *: no filter
	Address                 // an address for a feed or site
	Mention                 // <@1>, @desk: a person, role or channel
	Place                   // <#1>: a channel
	Sign                    // !drill for -drill
	Hashtag                 // #economy for tag:economy
	Either                  // a, b for a OR b
	Both                    // a, b for a b
	Expression              // a regular expression without slashes
	Renamed                 // category:x for tag:x, title=x for title:x
	Introduced              // news about x, keywords: x
)

// Readings returns the ways in which what somebody typed can be read, the likeliest first, if Parse would refuse it or read
// it in a way that is probably not meant; none where nothing is in doubt. It does not look at what articles there are.
func Readings(typed string) []Reading {
	typed = strings.TrimSpace(singleSpaces(listLines(typed)))
	if utf8.RuneCountInString(typed) > maxLength {
		return nil
	}
	if rest, ok := introduced(typed); ok {
		return withAsTyped(readIntroduced(typed, rest), typed)
	}
	var list []Reading
	switch terms := termsOf(typed); {
	case meansEverything(typed):
		list = []Reading{{Everything, typed, "", "every article"}}
	case looksLikeExpression(typed, terms):
		list = []Reading{{Expression, typed, slashed(typed), "a regular expression"}}
	default:
		list = habits(typed, terms)
	}
	list = slices.DeleteFunc(list, func(r Reading) bool {
		_, err := Parse(r.Filter)
		return err != nil
	})
	if len(list) == 0 {
		return nil
	}
	return withAsTyped(list, typed)
}

// justWords is what a reading means that takes a text as Parse does.
const justWords = "articles with these words"

// readIntroduced returns the readings of a text behind words that only introduce it.
func readIntroduced(typed, rest string) []Reading {
	list := slices.DeleteFunc(Readings(rest), func(r Reading) bool { return r.Means == justWords })
	if len(list) > 0 {
		return list
	}
	f, err := Parse(rest)
	if err != nil {
		return nil
	}
	return []Reading{{Introduced, typed, f.String(), "the words before it only introduce it"}}
}

// withAsTyped adds what Parse makes of it, unless that is one of the readings.
func withAsTyped(list []Reading, typed string) []Reading {
	f, err := Parse(typed)
	if err != nil || f.Empty() || len(list) == 0 || strings.HasPrefix(list[0].Typed, "<") {
		return list
	}
	for _, r := range list {
		if same, err := Parse(r.Filter); err == nil && same.Key() == f.Key() {
			return list
		}
	}
	return append(list, Reading{AsTyped, typed, f.String(), justWords})
}

// meansEverything reports whether somebody wants no filter.
func meansEverything(typed string) bool {
	switch strings.Trim(Fold(typed), " .!") {
	case "all", "everything", "anything", "any", "all news", "all articles", "every article", "*", "**", ".*", "＊":
		return true
	default:
		return false
	}
}

// habits reads signs, addresses, mentions and commas.
func habits(typed string, terms []typedTerm) []Reading {
	text, first := rewritten(typed, terms)
	text, spread := spreadFields(text)
	if spread && (first.Habit == AsTyped || first.Habit == Renamed) {
		first = Reading{Habit: Either, Typed: typed, Means: "any one of them is enough"}
	}
	first.Filter = tidy(text)
	if parts := byComma(text); len(parts) > 1 {
		list := listed(typed, parts)
		if first.Habit != Address {
			return list
		}
		first.Filter = list[0].Filter
	}
	if first.Habit == AsTyped {
		return nil
	}
	list := []Reading{first}
	if first.Habit == Address && !strings.Contains(first.Typed, " ") {
		text = strings.NewReplacer("<"+first.Typed+">", first.Typed, `"`+first.Typed+`"`, first.Typed).Replace(typed)
		text = strings.Replace(text, first.Typed, Field.String(URL)+`:"`+first.Typed+`"`, 1)
		list = append(list, Reading{AsTyped, typed, tidy(text), "articles whose address contains it"})
	}
	return list
}

// rewritten returns a text with the filter language's signs in the place of others, and without what isn't part of a filter. Of what was
// found first is the habit that says most about what is meant.
func rewritten(text string, terms []typedTerm) (out string, first Reading) {
	var b strings.Builder
	from := 0
	for _, t := range terms {
		word := strings.TrimRight(text[t.from:t.to], ",;，；")
		r := habitOf(word, text[t.from+len(word):])
		if t.verbatim {
			address, ok := quotedAddress(word)
			if !ok || t.from > 0 && text[t.from-1] == ':' {
				continue
			}
			r = habitOf(address, "")
		}
		if r.Habit == AsTyped {
			continue
		}
		b.WriteString(text[from:t.from] + r.Filter)
		from = t.from + len(word)
		switch {
		case first.Habit == AsTyped, r.Habit < first.Habit:
			first = r
		case r.Habit == first.Habit:
			first.Typed += " " + r.Typed
		}
	}
	return b.String() + text[from:], first
}

// habitOf reads one term, which rest follows. Filter is what to write for it.
func habitOf(word, rest string) Reading {
	switch {
	case host.MatchString(bare(word)):
		return Reading{Address, bare(word), "", "what that site or feed publishes"}
	case word == "+", word == "＋":
		return Reading{Both, word, "", "all of them are needed"}
	case mention.MatchString(word), handle.MatchString(word):
		return Reading{Mention, word, "", "a mention isn't something to look for"}
	case channel.MatchString(word):
		return Reading{Place, word, "", "a channel isn't something to look for"}
	case hashtag.MatchString(word):
		_, size := utf8.DecodeRuneInString(word)
		return Reading{Hashtag, word, Field.String(Tag) + ":" + word[size:], "articles with that tag"}
	}
	if here, ok := renamedField(word, rest); ok {
		return Reading{Renamed, word, here, "fields are written this way here"}
	}
	if after := strings.TrimLeft(word, "!！"); after != word && negatable(after+rest) {
		return Reading{Sign, word, "-" + after, "articles without what follows the “!”"}
	}
	return Reading{}
}

// negatable reports whether a text begins with a word, a phrase or a group.
func negatable(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(`"(/`, plain(r))
}

// looksLikeExpression reports whether a text has signs that only regular expressions have, outside of quotes and slashes.
func looksLikeExpression(typed string, terms []typedTerm) bool {
	return escapes.MatchString(typed) && !slices.ContainsFunc(terms, func(t typedTerm) bool { return t.verbatim })
}

// slashed writes a regular expression as a term, of a field if one is named before it.
func slashed(source string) string {
	field := ""
	if m := fieldBefore.FindStringSubmatch(source); m != nil {
		if f, known := fieldNamed(lowerASCII(m[2])); known && f != URL {
			field, source = m[1]+f.String()+":", m[3]
		}
	}
	var b strings.Builder
	for i := 0; i < len(source); i++ {
		switch c := source[i]; {
		case c == '\\' && i+1 < len(source):
			b.WriteString(source[i : i+2])
			i++
		case c == '/':
			b.WriteString(`\/`)
		default:
			b.WriteByte(c)
		}
	}
	return field + "/" + b.String() + "/"
}

// byComma cuts a text at its commas and semicolons, outside of quotes, groups, numbers and the paths of addresses.
func byComma(text string) []string {
	var parts []string
	from, depth := 0, 0
	add := func(to int) {
		if part := tidy(text[from:to]); part != "" {
			parts = append(parts, part)
		}
	}
	for _, t := range termsOf(text) {
		switch text[t.from:t.to] {
		case "(", "（":
			depth++
		case ")", "）":
			depth--
		}
		if t.verbatim || depth > 0 {
			continue
		}
		for i, r := range text[t.from:t.to] {
			at := t.from + i
			if strings.ContainsRune(",;", plain(r)) && !withinNumber(text, at) && !withinPath(text[t.from:t.to], i) {
				add(at)
				from = at + utf8.RuneLen(r)
			}
		}
	}
	add(len(text))
	return parts
}

// withinNumber reports whether digits stand before and after the byte at i.
func withinNumber(text string, i int) bool {
	return i > 0 && i+1 < len(text) && allDigits(text[i-1:i]) && allDigits(text[i+1:i+2])
}

// withinPath reports whether the byte at i stands in the path of the address that a term looks for.
func withinPath(term string, i int) bool {
	return hasAnyPrefixFold(term, "url:") && strings.Contains(term[:i], "/") && tidy(term[i:]) != ""
}

// tidy returns a text without separators around it and with single spaces.
func tidy(text string) string { return strings.Trim(singleSpaces(text), " ,;，；") }

// listed returns the readings of terms with commas between them.
func listed(typed string, parts []string) []Reading {
	both := Reading{Both, typed, "", "all of them are needed"}
	either := Reading{Either, typed, eitherOf(parts), "any one of them is enough"}
	excludes := false
	for _, part := range parts {
		excludes = excludes || strings.HasPrefix(part, "-") || strings.HasPrefix(part, "NOT ")
		if strings.ContainsAny(part, "|") || strings.Contains(part, " OR ") {
			part = "(" + part + ")"
		}
		both.Filter = strings.TrimSpace(both.Filter + " " + part)
	}
	if excludes {
		return []Reading{both}
	}
	return []Reading{either, both}
}

// eitherOf returns the filter that any of the parts matches. What the last one excludes behind its words is excluded from all.
func eitherOf(parts []string) string {
	last := parts[len(parts)-1]
	i := excludedFrom(last)
	if i < 0 {
		return strings.Join(parts, " OR ")
	}
	list := append(slices.Clone(parts[:len(parts)-1]), strings.TrimSpace(last[:i]))
	return "(" + strings.Join(list, " OR ") + ") " + last[i:]
}

// excludedFrom returns where in a part that begins with a word nothing but exclusions follows, or -1.
func excludedFrom(part string) int {
	at, minus := -1, false
	for i, t := range termsOf(part) {
		switch text := part[t.from:t.to]; {
		case text == "-" || text == "NOT":
			if i == 0 {
				return -1
			}
			if minus = true; at < 0 {
				at = t.from
			}
		case text == "OR" || text == "|" || text == "(" || text == ")":
			return -1
		case at >= 0 && !minus:
			return -1
		default:
			minus = false
		}
	}
	return at
}

// typedTerm is a term, or a sign between terms, of a text that need not be a filter.
type typedTerm struct {
	from, to int
	verbatim bool // a phrase in quotes or a regular expression
}

// termsOf finds the terms of a text.
func termsOf(text string) []typedTerm {
	var list []typedTerm
	for p := (&parser{src: text}); ; {
		p.skipBlanks()
		if p.atEnd() {
			return list
		}
		t := typedTerm{from: p.pos}
		switch {
		case p.quoteAt(p.pos):
			p.advance()
			for !p.atEnd() && !p.quoteAt(p.pos) {
				p.advance()
			}
			if !p.atEnd() {
				p.advance()
			}
			t.verbatim = true
		case p.peek() == '/' && closingSlash(text, p.pos+1) > 0:
			p.pos, t.verbatim = closingSlash(text, p.pos+1)+1, true
		case strings.ContainsRune("()|-", p.peek()):
			p.advance()
		default:
			p.pos = p.fieldOrWordEnd()
		}
		t.to = p.pos
		list = append(list, t)
	}
}

// fieldOrWordEnd returns where the word here ends: behind the colon of a field whose value is a regular expression.
func (p *parser) fieldOrWordEnd() int {
	name, value := p.fieldName()
	f, known := fieldNamed(name)
	if !known {
		f, known = fieldElsewhere(name)
	}
	if known && f != URL && value < len(p.src) && p.src[value] == '/' && closingSlash(p.src, value+1) > 0 {
		return value
	}
	return p.wordEnd()
}

var (
	mention     = lazyregexp.New(`^<@[!&]?\d+>$`)
	channel     = lazyregexp.New(`^<(#|id:)\w+>$`)
	handle      = lazyregexp.New(`^@[\pL_][\pL\pN_.-]+$`)
	hashtag     = lazyregexp.New(`^[#＃][\pL\pN]`)
	host        = lazyregexp.New(`(?i)^(https?://\S+|(([a-z0-9-]{2,}\.)+[a-z]{2,}|x\.com|t\.me)(:\d+)?(/\S*)?)$`)
	fieldBefore = lazyregexp.New(`^(-?)([A-Za-z]+)[:：](\S+)$`)
	escapes     = lazyregexp.New(`\\[bBdDsSwW.]|\.[*+]|[\pL\pN]\[[^\]]+\]|\[[^\]\s]+\][\pL\pN*+?{]|` +
		`\(\?|[\pL)]\{\d+,?\d*\}|^\^[\pL(\[]|\pL{4}\$$`)
)
