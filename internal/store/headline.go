package store

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/lazyregexp"
)

// headline is an article's title and dek, prepared for comparison with others: are they one story?
type headline struct {
	title
	text     string          // the title without what a wire or a newsroom puts around it
	concepts map[string]bool // of the title's words that say something
	all      map[string]bool // those and the dek's
	numbers  map[string]bool
	figures  map[string]bool   // the numbers in digits, and the dek's
	events   map[string]bool   // what the title reports
	told     map[string]bool   // what title and dek report
	turns    map[string]bool   // words that turn a story
	proper   []string          // words with a capital, folded, in order; the first one is among them if it is surely a name
	given    map[string]string // the name that follows directly, by what may be a given name
	first    string            // the first word, folded, if it has a capital as first words have
	named    []string          // stems of the dek's words with a capital, but for the first of a sentence
	sentence bool              // only names have capitals
	hasDek   bool
}

// attribution is who says it, behind a headline: ", Seoul says", ": JCS". A colon behind a longer name has one before it.
var attribution = lazyregexp.New(`(?:,\s+[^,:]{1,40}\s+(?:says?|said|reports?)|:\s+(?:\p{Lu}{2,6}|\p{Lu}[\p{L}-]+))\s*$`)

// shortKorea is how headlines shorten the names of the two.
var shortKorea = lazyregexp.New(`\b([NS])\.\s?Korea`)

// spelledOut returns a title with names that are often shortened, and without whom it quotes.
func spelledOut(title string) string {
	title = shortKorea.ReplaceAllStringFunc(title, func(s string) string {
		if s[0] == 'N' {
			return "North Korea"
		}
		return "South Korea"
	})
	if shorter := attribution.ReplaceAllString(title, ""); len(strings.Fields(shorter)) > fewShared {
		return shorter
	}
	return title
}

// newHeadline prepares a title and its dek.
func newHeadline(text, dek string) headline {
	text = spelledOut(bareTitle(text))
	h := headline{
		title: newTitle(text), text: text, numbers: map[string]bool{}, turns: map[string]bool{}, given: map[string]string{},
		sentence: isSentence(text), hasDek: dek != "",
	}
	both := text + " " + clip(dek)
	h.concepts, h.all = conceptsIn(text), conceptsIn(both)
	h.events, h.told = eventsIn(text), eventsIn(both)
	h.figures = setOf(strings.Fields(digitsOf(both)))
	h.named = namesIn(clip(dek))
	for _, word := range h.words {
		if n := numberOf(word); n != "" {
			h.numbers[n] = true
		}
		if turn := turnOf(word); turn != "" {
			h.turns[turn] = true
		}
	}
	h.addTurns(text)
	h.addNames(text)
	return h
}

// stem strips from a word, roughly, what inflection adds.
func stem(word string) string {
	const shortest = 3
	if r, _ := utf8.DecodeRuneInString(word); unicode.IsDigit(r) {
		return strings.TrimRightFunc(word, unicode.IsLetter)
	}
	for _, end := range []string{"ing", "ed", "es", "s"} {
		if s, found := strings.CutSuffix(word, end); found && len(s) >= shortest {
			return s
		}
	}
	return word
}

// conceptsIn returns what the words of a text mean, and their stems.
func conceptsIn(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range filter.Tokens(text) {
		if !isFiller(word) && !isCJK(word) {
			set[conceptOf(stem(word))] = true
		}
	}
	return set
}

// isSentence reports whether a title is written like a sentence, so that a capital within it makes a name.
func isSentence(text string) bool {
	const long = 4
	capital, all := 0, 0
	for i, word := range strings.Fields(text) {
		r, _ := utf8.DecodeRuneInString(word)
		if i == 0 || utf8.RuneCountInString(word) < long || !unicode.IsLetter(r) {
			continue
		}
		all++
		if unicode.IsUpper(r) {
			capital++
		}
	}
	return 4*capital < 3*all
}

// addNames finds the words with a capital.
func (h *headline) addNames(text string) {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	isUpper := func(word string) bool { r, _ := utf8.DecodeRuneInString(word); return unicode.IsUpper(r) }
	for i, word := range words {
		folded := strings.Join(filter.Tokens(word), " ")
		if i > 0 && isUpper(word) && isUpper(words[i-1]) {
			h.given[strings.Join(filter.Tokens(words[i-1]), " ")] = folded
		}
		switch {
		case !isUpper(word) || folded == "" || isFiller(folded):
		case i == 0 && !isAcronym(word) && (len(words) == 1 || !isUpper(words[1])):
			h.first = folded
			h.proper = append(h.proper, folded)
		default:
			h.proper = append(h.proper, folded)
		}
	}
	h.agentsFirst(words)
}

// namesIn returns the stems of the words with a capital in a text, but for those that begin a sentence.
func namesIn(text string) (names []string) {
	begins := true
	for word := range strings.FieldsSeq(text) {
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(word, "“\"'‘("))
		if unicode.IsUpper(r) && !begins {
			for _, folded := range filter.Tokens(word) {
				if folded != "s" {
					names = append(names, stem(folded))
				}
			}
		}
		begins = strings.HasSuffix(word, ".") || strings.HasSuffix(word, "?") || strings.HasSuffix(word, "!")
	}
	return names
}

// agentsFirst puts the name that follows "by" before the others: Ravens beaten by Otters are Otters who beat Ravens.
func (h *headline) agentsFirst(words []string) {
	by := slices.Index(words, "by")
	if by < 0 {
		return
	}
	var agents []string
	for _, word := range words[by+1:] {
		folded := strings.Join(filter.Tokens(word), " ")
		if !slices.Contains(h.proper, folded) {
			break
		}
		agents = append(agents, folded)
	}
	isAgent := func(name string) bool { return slices.Contains(agents, name) }
	h.proper = append(agents, slices.DeleteFunc(h.proper, isAgent)...)
}

func isAcronym(word string) bool { return len(word) > 1 && word == strings.ToUpper(word) }

// numberOf returns the number that a folded word is, or a day or a month, or "".
func numberOf(word string) string {
	if r, _ := utf8.DecodeRuneInString(word); unicode.IsDigit(r) {
		return strings.TrimRightFunc(word, unicode.IsLetter) // 8bn is 8 billion
	}
	names := []string{"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if i := slices.Index(names, word); i >= 0 {
		return [...]string{"2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}[i]
	}
	switch word {
	case "january", "february", "april", "june", "july", "august", "september", "october", "november", "december",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday":
		return word
	}
	return ""
}

const (
	// The bounds of likeness for headlines that newsrooms have written each on their own: how much of the shorter title,
	// and of title and dek together, the other has, and how many words of a title the other newsroom may lack. Measured by
	// TestSameStory_AcrossNewsrooms.
	sharedTitle = 0.5
	sharedText  = 0.5
	fewShared   = 3
	fewLacking  = 1
	mostLacking = 3
	// The bounds where no figure and no name contradicts, and much is shared: titles may have less in common.
	wellSharedTitle = 0.4
	wellSharedText  = 0.6
	wellShared      = 8
)

// sameStory reports whether two newsrooms report one story: their titles are alike, or half alike and their deks with
// them, and nothing in them separates two stories: a turn, an event or a name of which the other says nothing.
func (h *headline) sameStory(o *headline) bool {
	if h.turnsFrom(o) {
		return false
	}
	lone := min(h.unexplainedBy(o), o.unexplainedBy(h))
	switch {
	case lone > 0 && (!h.sentence || !o.sentence):
		return false
	case !h.hasDek || !o.hasDek:
		return h.alike(&o.title)
	case h.isSeriesOf(&o.title), h.otherEvents(o), h.isBeside(o), o.isBeside(h):
		return false
	case lone > 0 && lacksAny(h.named, o) && lacksAny(o.named, h):
		return false
	case h.alike(&o.title):
		return lone == 0 // a word that was put in another's place makes another story
	}
	return h.overlaps(o)
}

// overlaps reports whether titles, and titles with deks, have enough in common.
func (h *headline) overlaps(o *headline) bool {
	a, b := h.unexplainedBy(o), o.unexplainedBy(h)
	if max(a, b) > mostLacking {
		return false
	}
	titles, texts := overlap(h.concepts, o.concepts, fewShared), overlap(h.all, o.all, 2*fewShared)
	if min(a, b) <= fewLacking && titles >= sharedTitle && texts >= sharedText {
		return true
	}
	figures := common(h.figures, o.figures)
	return common(h.all, o.all) >= wellShared && titles >= wellSharedTitle && texts >= wellSharedText &&
		(figures == len(h.figures) || figures == len(o.figures))
}

// lacksAny reports whether a headline and its dek lack one of some names, given as stems.
func lacksAny(names []string, h *headline) bool {
	return slices.ContainsFunc(names, func(name string) bool { return !h.all[conceptOf(name)] })
}

// unexplainedBy counts the words of the title that another headline has neither in its title nor in its dek.
func (h *headline) unexplainedBy(o *headline) int { return len(h.concepts) - common(h.concepts, o.all) }

// overlap is how much of the smaller of two sets the other has, 0 if they share fewer than least.
func overlap(a, b map[string]bool, least int) float64 {
	shared := common(a, b)
	if shared < least {
		return 0
	}
	return float64(shared) / float64(min(len(a), len(b)))
}

// otherNames reports whether each headline has a name that the other lacks.
func (h *headline) otherNames(o *headline) bool {
	if !h.sentence || !o.sentence {
		return false
	}
	return h.hasNameBeside(o) && o.hasNameBeside(h)
}

// hasNameBeside reports whether the headline has a name of which another's title and dek say nothing.
func (h *headline) hasNameBeside(o *headline) bool {
	return slices.ContainsFunc(h.proper, func(name string) bool { return h.lacksName(name, o) })
}

// lacksName reports whether another's title and dek say nothing of a name in the headline.
func (h *headline) lacksName(name string, o *headline) bool {
	return name != h.first && !slices.Contains(o.words, name) && !o.all[conceptOf(stem(name))] &&
		!slices.ContainsFunc(o.words, func(w string) bool { return isPeopleOf(name, w) || isPeopleOf(w, name) })
}

// isPeopleOf reports whether a word means those of a country: Koreans of Korea, Israelis of Israel.
func isPeopleOf(people, country string) bool {
	rest, found := strings.CutPrefix(people, country)
	return found && slices.Contains([]string{"n", "ns", "an", "ans", "i", "is", "ese"}, rest)
}

// otherOrder reports whether the names that both have stand in another order.
func (h *headline) otherOrder(o *headline) bool {
	return !slices.Equal(inBoth(h.proper, o.proper), inBoth(o.proper, h.proper))
}

// inBoth returns the names of a that b has, each once.
func inBoth(a, b []string) (list []string) {
	for _, name := range a {
		if slices.Contains(b, name) && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// postedTwice is how far apart the dates of two articles are that a newsroom has posted twice by mistake. What it posts
// anew later, in the same words, is news: a column, a delay on the same line.
const postedTwice = time.Hour

// sameText reports whether two articles of one source are one text: alike but for what a wire puts before them, with one
// link or dek. Where no wire has marked one as an update of the other, a link says nothing: it is one that several carry.
func sameText(a, b *bot.Article) bool {
	is, was := withoutMarks(a.Title), withoutMarks(b.Title)
	text := titleName(is)
	if text == "" || text != titleName(was) {
		return false
	}
	sameDek := a.Summary != "" && a.Summary == b.Summary
	if is == a.Title && was == b.Title {
		return sameDek && a.Published.Sub(b.Published).Abs() <= postedTwice
	}
	link := canonicalLink(a.URL)
	return sameDek || link != "" && link == canonicalLink(b.URL)
}
