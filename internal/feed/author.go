package feed

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/bot"
	"tidings/internal/htmltext"
	"tidings/internal/lazyregexp"
)

var (
	nameTag       = lazyregexp.New(`(?is)<(?:\w+:)?name>(.*?)</`)
	nameInBracket = lazyregexp.New(`^[^\s@]+@[^\s@]+\s+\(([^)]*)\)$`)
	mail          = lazyregexp.New(`\s*[(<]?\s*(?:mailto:)?[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+\s*[)>]?`)
	byWord        = lazyregexp.New(`^(?i:by)[\s:]+`)
	// foreignBy matches it in other languages, where more than one word follows: some names begin so.
	foreignBy = lazyregexp.New(`^(Von|Par|Por|Door)\s+(\p{Lu}\S*\s+\S.*)$`)
	// place matches where the bearer of a name writes from.
	place      = lazyregexp.New(`^(\p{Lu}\S*(?:\s+\S+)?\s+\p{Lu}\S*)\s+in\s+\p{Lu}[\pL .'’-]*$`)
	addressTag = lazyregexp.New(`(?is)<(?:\w+:)?(?:uri|url|email)>.*?</(?:\w+:)?(?:uri|url|email)>`)
	note       = lazyregexp.New(`\s+\([\p{Ll}\d][^()]*\)$`)
	legalForm  = lazyregexp.New(`\S[\s,]+(?:GmbH|mbH|AG|KG|KGaA|OHG|UG|e\.\s?V\.|Ltd|Ltd\.|Limited|LLC|LLP|L\.L\.C\.|Inc|Inc\.|Corp|Corp\.|PLC|plc|Co|Co\.|Company|` +
		`S\.?A\.?S?|S\.?p\.?A\.?|S\.?r\.?l\.?|S\.?L\.?|B\.?V\.?|N\.?V\.?|Oy|Oyj|AB|ASA|A/S|ApS|Pty|Sons|Partners|Associates|Brothers|Bros\.?|주식회사|株式会社|有限公司)\.?(?:$|\s*[,&])`)
	institution = lazyregexp.New(`(?i)\b(?:ministry|department|office|institute|university|school|cent(?:er|re)|committee|council|commission|agency|association|` +
		`society|foundation|trust|board|bureau|college|museum|library|group|federation|union|ministerium|universität|institut|verband|stiftung|ministère|université)\b`)
	role = lazyregexp.New(`(?i)(?:^|\s)(?:correspondent|reporter|editor|writer|columnist|contributor|analyst|producer|photographer|critic|journalist|blogger|commentator|` +
		`researcher|fellow|professor|director|chief|editor-in-chief|korrespondent(?:in)?|redakteur(?:in)?|reporterin|journalistin|autorin?|correspondante?|rédact(?:eur|rice)|` +
		`journaliste|corresponsal|redactora?|periodista|reportera?|giornalista|inviat[oa]|redattrice|redattore|repórter|jornalista|correspondent[ei]|verslaggever|redacteur|` +
		`корреспондент|журналист|редактор|특파원|기자)(?:\s(?:at|of|for|in|with)\s.*)?$`)
	roles       = lazyregexp.New(`(?i)(?:^|\s)(?:correspondents|reporters|editors|writers|columnists|contributors|analysts|journalists|staff writers|korrespondenten|redakteure)$`)
	strongBreak = lazyregexp.New(`\s*[;|]\s*|\s*,\s+and\s+`)
	weakBreak   = lazyregexp.New(`\s*,\s+|[、，]|\s+and\s+|\s+&\s+|\s+et\s+|\s+und\s+|\s+y\s+`)
)

// withoutBy strips the word for "by" from the names of a feed in that word's language. In another it is part of them: Door
// County Pulse.
func withoutBy(s, lang string) string {
	word := byIn(lang)
	if word == "" {
		return s
	}
	if m := foreignBy.FindStringSubmatch(s); m != nil && m[1] == word {
		return m[2]
	}
	return s
}

// byIn returns the word that stands before names in a language, "" if none is known.
func byIn(lang string) string {
	switch base, _, _ := strings.Cut(lang, "-"); base {
	case "de":
		return "Von"
	case "es", "pt":
		return "Por"
	case "fr":
		return "Par"
	case "nl":
		return "Door"
	default:
		return ""
	}
}

// splitAuthors makes names of what a feed has for one: it drops mail addresses, and splits a list of
// names apart where it is sure to be one.
func splitAuthors(s string) []string {
	if isOneName(s) {
		return []string{bot.CleanText(s, bot.MaxName)}
	}
	if m := nameTag.FindAllStringSubmatch(s, -1); m != nil {
		var names []string
		for _, name := range m {
			names = append(names, splitAuthors(name[1])...)
		}
		return names
	}
	s = addressTag.ReplaceAllString(s, "")
	if !strings.Contains(s, "@") || strings.Contains(s, "</") {
		s = htmltext.Plain(s) // but "<j@example.com>" isn't markup
	}
	s = strings.TrimSpace(s)
	if m := nameInBracket.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	s = byWord.ReplaceAllString(mail.ReplaceAllString(s, ""), "")
	if isFirm(s) {
		return []string{bot.CleanText(htmltext.Plain(s), bot.MaxName)}
	}
	var names []string
	for _, part := range strongBreak.Split(s, -1) {
		for _, side := range splitSlash(part) {
			names = append(names, splitList(side)...)
		}
	}
	return slices.DeleteFunc(joinSuffixes(names), isNobody)
}

// isFirm reports whether s is the name of one firm or office, which may contain an "and" and a comma.
func isFirm(s string) bool {
	if strings.ContainsAny(s, ";|") {
		return false
	}
	return legalForm.MatchString(s) || !strings.Contains(s, ",") && institution.MatchString(s)
}

// isNobody reports whether a name is what programs write where they know none.
func isNobody(name string) bool {
	switch strings.ToLower(name) {
	case "", "unknown", "admin", "administrator", "webmaster", "noreply", "no-reply", "anonymous", "n/a", "none", "null", "root":
		return true
	}
	return false
}

// isOneName reports whether s is an ordinary name and so the common case, with nothing to be done.
func isOneName(s string) bool {
	if strings.ContainsAny(s, "@<>&;:|,()[]") {
		return false
	}
	words := 0
	for w := range strings.FieldsSeq(s) {
		if r, _ := utf8.DecodeRuneInString(w); !unicode.IsUpper(r) || strings.EqualFold(w, "by") || isNobody(w) {
			return false
		}
		words++
	}
	return words > 0
}

// splitSlash splits "Jane Doe / AP", but not "AC / DC", nor a name in two scripts.
func splitSlash(s string) []string {
	sides := strings.Split(s, " / ")
	if first, _, _ := strings.Cut(sides[0], ","); !isWholeName(first) {
		return []string{s}
	}
	for _, side := range sides {
		if r, _ := utf8.DecodeRuneInString(strings.TrimSpace(side)); !unicode.IsUpper(r) {
			return []string{s}
		}
	}
	return sides
}

// splitList splits "A B, C D and E F", but not "Smith, John" or "Ben & Jerry": each part must be
// a whole name by itself.
func splitList(s string) []string {
	s = strings.Trim(htmltext.Plain(s), " ,")
	parts := weakBreak.Split(s, -1)
	for i, p := range parts {
		p = note.ReplaceAllString(p, "") // as in "(earlier)"
		if len(parts) > 1 {
			p = withoutPlace(p)
		}
		if parts[i] = p; !isWholeName(p) && (i == 0 || !isSuffix(p) && !roles.MatchString(p)) {
			return []string{s}
		}
	}
	return parts
}

// withoutPlace strips the place that a name in a list is followed by: "Jane Doe in Seoul". Alone it may be a body's name: Black
// Women in Tech.
func withoutPlace(name string) string {
	if !strings.Contains(name, " in ") || role.MatchString(name) || institution.MatchString(name) {
		return name
	}
	return place.ReplaceAllString(name, "$1")
}

const maxNameWords = 5

// isWholeName reports whether s has a first and a last name, or is written without namespaces.
func isWholeName(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > maxNameWords {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	if unicode.Is(unicode.Lo, first) {
		return true
	}
	last, _ := utf8.DecodeRuneInString(words[len(words)-1])
	return len(words) > 1 && unicode.IsUpper(first) && unicode.IsUpper(last)
}

// isSuffix reports whether s follows a name and is none: what its bearer is, or does.
func isSuffix(s string) bool {
	if role.MatchString(s) {
		return true
	}
	switch strings.ToLower(strings.ReplaceAll(s, ".", "")) {
	case "jr", "sr", "ii", "iii", "phd", "md", "ma", "esq":
		return true
	}
	return false
}

// joinSuffixes gives "Jr." and "Science Editor" back to the name that they were cut from. What several are, as
// in "Staff Writers", belongs to none of them.
func joinSuffixes(names []string) []string {
	var out []string
	for _, n := range names {
		switch {
		case len(out) > 0 && isSuffix(n):
			out[len(out)-1] += ", " + n
		case len(out) > 0 && roles.MatchString(n):
		default:
			out = append(out, n)
		}
	}
	return out
}
