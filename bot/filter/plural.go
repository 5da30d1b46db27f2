package filter

import "strings"

// stem is what the singular and the plural of an English word have in common: the beginning of both, of which the kind says
// whether the singular goes on with a y. Any other word is its own stem.
type stem struct {
	lexeme
	ending ending
}

// ending is how a word goes on after its stem. Words with equal stems and endings are equal.
type ending uint8

// The endings. Their number is bounded by endingBits.
const (
	bareEnding ending = iota
	sEnding
	eEnding
	esEnding
)

// endings returns what a word of a kind has after its stem, by ending.
func endings(k kind) [4]string {
	if k == wordInY {
		return [...]string{bareEnding: "y", sEnding: "ys", eEnding: "ie", esEnding: "ies"} // city, keys, movie, cities
	}
	return [...]string{bareEnding: "", sEnding: "s", eEnding: "e", esEnding: "es"} // crash, missiles, house, crashes
}

// stemOf returns the stem of a folded word. It strips endings by rules, so it knows words that no dictionary has; where
// it is wrong, it is wrong for the singular and the plural alike: house and houses are both “hous”.
func stemOf(word string) stem {
	if !allLetters(word) {
		return stem{lexeme: lexeme{wholeWord, word}}
	}
	rest, end := word, bareEnding
	if !staysSingular(word) {
		if cut, ok := strings.CutSuffix(word, "s"); ok {
			rest, end = cut, sEnding
		}
		if cut, ok := strings.CutSuffix(rest, "ie"); ok {
			return stem{lexeme{wordInY, cut}, end + eEnding}
		}
		if cut, ok := strings.CutSuffix(rest, "e"); ok && losesE(cut) {
			return stem{lexeme{wholeWord, cut}, end + eEnding}
		}
	}
	if cut, ok := strings.CutSuffix(rest, "y"); ok && cut != "" {
		return stem{lexeme{wordInY, cut}, end}
	}
	return stem{lexeme{wholeWord, rest}, end}
}

// sameStem reports whether two folded words are one, or singular and plural of one.
func sameStem(a, b string) bool { return stemOf(a).lexeme == stemOf(b).lexeme }

// staysSingular reports whether a word counts as singular whatever it ends with: short words, those with the endings of
// boss, virus and crisis, and plurals that mean something else than their singulars.
func staysSingular(word string) bool {
	if len(word) <= 3 {
		return true
	}
	switch word[len(word)-2:] {
	case "ss", "us":
		return true
	case "is":
		return !pluralOfI(word)
	}
	switch word {
	case "news", "series", "species", "arms", "aids", "customs", "goods", "mars", "means",
		"bias", "lens", "canvas", "atlas", "chaos", "hamas", "vegas":
		return true
	default:
		return false
	}
}

// pluralOfI reports whether a word that ends like crisis is the plural of one in i. Most are peoples.
func pluralOfI(word string) bool {
	switch word {
	case "israelis", "iraqis", "saudis", "pakistanis", "emiratis", "kuwaitis", "qataris", "yemenis", "omanis", "bahrainis", "bangladeshis",
		"azerbaijanis", "azeris", "afghanis", "somalis", "nepalis", "punjabis", "bengalis", "uzbekistanis", "tajikistanis",
		"kashmiris", "yazidis", "houthis", "nazis", "rabbis", "taxis", "safaris", "alibis", "emojis", "skis", "wikis", "kiwis", "bikinis":
		return true
	default:
		return false
	}
}

// losesE reports whether an e that follows s would not be there in the singular: crashes, heroes.
func losesE(s string) bool {
	switch n := len(s); {
	case n < 3:
		return false
	case n == 3 && s[2] == 's' && s[1] != 's':
		return s == "bus" || s == "gas" // not lose, which isn't los
	case s[n-1] == 'h':
		return s[n-2] == 'c' || s[n-2] == 's'
	case s[n-1] == 'o':
		return n > 3 // not shoes
	default:
		return s[n-1] == 's' || s[n-1] == 'x' || s[n-1] == 'z'
	}
}

// allLetters reports whether a folded word has no letters but those of English.
func allLetters(word string) bool {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return false
		}
	}
	return true
}

// forms returns the words that share a word's stem, itself first. Nobody writes some of them.
func forms(word string) []string {
	own, list := stemOf(word).lexeme, []string{word}
	for _, end := range endings(own.kind) {
		if form := own.text + end; form != word && stemOf(form).lexeme == own {
			list = append(list, form)
		}
	}
	return list
}

// inEnglish reports whether a language, as compared, is English or unknown: plural forms are those of English.
func inEnglish(lang string) bool {
	return lang == "" || lang == "und" || lang == "en" || strings.HasPrefix(lang, "en-")
}
