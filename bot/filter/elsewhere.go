package filter

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/internal/lazyregexp"
)

// What other search boxes and bots have, and this language has in another way or not at all.

// fieldElsewhere returns the field that other search boxes have under a name, which is in lower case. It is Any for a field that
// has no counterpart here.
func fieldElsewhere(name string) (f Field, known bool) {
	switch name {
	case "intitle", "allintitle", "headline", "subject":
		return Title, true
	case "intext", "allintext", "text", "body", "description", "content":
		return Summary, true
	case "by", "byline", "writer", "reporter":
		return Author, true
	case "tags", "category", "topic", "section", "label", "hashtag":
		return Tag, true
	case "from", "feed", "outlet", "publisher":
		return Source, true
	case "language":
		return Lang, true
	case "site", "domain", "host", "inurl", "allinurl", "link":
		return URL, true
	case "after", "before", "since", "until", "date", "newer", "older", "near", "limit", "count", "days", "max", "urgency":
		return Any, true
	default:
		return Any, false
	}
}

// renamedField reads a term that names a field in the manner of another search box: category:politics, title=kim. Its value can be a
// phrase that follows; with a space before it the term is none, as in “Topic: …”.
func renamedField(word, following string) (here string, ok bool) {
	m := fieldSign.FindStringSubmatch(word)
	next, _ := utf8.DecodeRuneInString(following)
	if m == nil || m[3] == "" && (following == "" || unicode.IsSpace(next)) {
		return "", false
	}
	name := lowerASCII(m[1])
	f, ours := fieldNamed(name)
	if !ours {
		f, _ = fieldElsewhere(name)
	}
	code := languageNamed(m[3])
	switch {
	case f == Any:
		return "", false
	case f == Lang && code != "":
		return f.String() + ":" + code, true
	case ours && m[2] != "=":
		return "", false
	}
	return f.String() + ":" + m[3], true
}

// languageNamed returns the code of a language by the names that people give it, or "".
func languageNamed(name string) string {
	switch Fold(strings.Trim(name, `"“”`)) {
	case "english", "englisch", "anglais", "ingles":
		return "en"
	case "korean", "koreanisch", "coreen", "coreano", "한국어":
		return "ko"
	case "japanese", "japanisch", "japonais", "japones", "日本語":
		return "ja"
	case "chinese", "chinesisch", "chinois", "chino", "中文", "汉语", "漢語", "简体中文":
		return "zh"
	case "german", "deutsch", "allemand", "aleman":
		return "de"
	case "french", "französisch", "franzosisch", "francais", "frances":
		return "fr"
	case "spanish", "spanisch", "espagnol", "espanol": //nolint:misspell // German
		return "es"
	case "russian", "russisch", "russe", "ruso", "русскии":
		return "ru"
	case "arabic", "arabisch", "arabe", "العربية":
		return "ar"
	case "italian", "italienisch", "italien", "italiano":
		return "it"
	case "portuguese", "portugiesisch", "portugais", "portugues": //nolint:misspell // Spanish
		return "pt"
	default:
		return ""
	}
}

// spreadFields writes tag:a,b as tag:(a OR b), outside of quotes and regular expressions. It reports whether there is any. Addresses
// with a path keep their commas.
func spreadFields(text string) (out string, found bool) {
	var b strings.Builder
	from := 0
	for _, m := range valueList.FindAllStringSubmatchIndex(text, -1) {
		name, list := text[m[2]:m[3]], text[m[4]:m[5]]
		f, known := fieldNamed(lowerASCII(name))
		if !known || thousands.MatchString(list) || strings.Contains(list, "/") || isVerbatim(text, m[2]) {
			continue
		}
		var values []string
		for _, v := range listedValue.FindAllStringSubmatch(list, -1) {
			value := v[0]
			if f == Lang {
				value = cmp.Or(languageNamed(value), value)
			}
			values = append(values, value)
		}
		b.WriteString(text[from:m[2]] + name + ":(" + strings.Join(values, " OR ") + ")")
		from, found = m[1], true
	}
	return b.String() + text[from:], found
}

// isVerbatim reports whether the byte at i stands in quotes or in a regular expression.
func isVerbatim(text string, i int) bool {
	return slices.ContainsFunc(termsOf(text), func(t typedTerm) bool { return t.verbatim && t.from < i && i < t.to })
}

// introduced returns what is looked for, where a text begins as a sentence does: news about missiles, to https://a.example.
func introduced(text string) (rest string, ok bool) {
	for _, lead := range []*lazyregexp.Regexp{byName, byWords, toAddress} {
		if m := lead.FindStringSubmatch(text); m != nil {
			return m[1], true
		}
	}
	return "", false
}

// listLines writes the lines of a list as one line, with semicolons between them; a text that wraps stays what it is.
func listLines(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(bullet.ReplaceAllString(strings.TrimSpace(line), ""))
		if strings.ContainsAny(line, `:"()|/`) || strings.Contains(line, " OR") || strings.HasPrefix(line, "OR ") {
			return text
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) < 2 {
		return text
	}
	return strings.Join(lines, "; ")
}

// bare returns an address without the signs that people and platforms put around it.
func bare(word string) string {
	if inner, ok := strings.CutPrefix(word, "<"); ok && strings.HasSuffix(inner, ">") {
		return strings.TrimSuffix(inner, ">")
	}
	return strings.TrimRightFunc(word, func(r rune) bool { return strings.ContainsRune(".!?", plain(r)) })
}

// quotedAddress returns an address that stands in quotes.
func quotedAddress(phrase string) (address string, ok bool) {
	inner := strings.TrimFunc(phrase, func(r rune) bool { return plain(r) == '"' })
	return inner, hasAnyPrefixFold(inner, "http://", "https://") && host.MatchString(inner)
}

// connective returns the operator that a word stands for in one of the languages of the bot. English ones are read as
// operators in capitals.
func connective(word string) operator {
	switch Fold(word) {
	case "or", "oder", "ou", "o", "或", "或者", "または", "또는":
		return opOr
	case "and", "und", "et", "y", "和", "及び", "및":
		return opAnd
	case "not", "without", "except", "excluding", "ohne", "nicht", "außer", "ausser", "sans", "sauf", "sin", "excepto":
		return opNot
	default:
		return opNone
	}
}

// String returns the operator as it is typed.
func (o operator) String() string {
	switch o {
	case opOr:
		return "OR"
	case opAnd:
		return "AND"
	case opNot:
		return "NOT"
	default:
		return ""
	}
}

// fieldIsMeant reports whether a name of a field that only others have is followed by a value, unlike in “Since: …”.
func fieldIsMeant(name, rest string) bool {
	_, known := fieldElsewhere(name)
	r, _ := utf8.DecodeRuneInString(rest)
	return known && !unicode.IsSpace(r)
}

var (
	fieldSign   = lazyregexp.New(`^([A-Za-z]+)([:：=])(.*)$`)
	valueList   = lazyregexp.New(`(?:^|[\s(-])([A-Za-z]+)[:：]((?:["“„][^"“”]+["”]|[^\s,;"“”„()-][^\s,;"“”„()]*)(?:[,;](?:["“„][^"“”]+["”]|[^\s,;"“”„()-][^\s,;"“”„()]*))+)`)
	listedValue = lazyregexp.New(`["“„][^"“”]+["”]|[^\s,;"“”„()]+`)
	thousands   = lazyregexp.New(`\d[,;]\d`)
	bullet      = lazyregexp.New(`^([-–—•*·▪‣]|\d+[.)])\s+`)
	byName      = lazyregexp.New(`(?i)^(?:filter|query|search|keywords?|words?)\s*[:：]\s*(\S.*)$`)
	byWords     = lazyregexp.New(`(?i)^(?:to|about|(?:(?:please|give me|send me|show me|i want|get|all|any|new|latest|the|alle|neue|toutes les|todas las)\s+)*` +
		`(?:(?:news|articles?|stories|alerts?|updates|headlines|everything|anything)\s+(?:about|on|for|with|mentioning|containing)|` +
		`(?:nachrichten|meldungen|artikel|alles)\s+(?:über|zu)|(?:actualités|articles|nouvelles|tout)\s+sur|(?:noticias|artículos|todo)\s+sobre))\s+(\S.*)$`)
	toAddress = lazyregexp.New(`(?i)^(?:(?:add|follow|subscribe|sub|to|from|the|feed|rss|url|site|link)\s+)+(<?https?://\S.*)$`)
)
