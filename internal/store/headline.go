package store

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/bot"
	"tidings/bot/filter"
)

// headline is what an article tells, ready to be held against others: are they one story?
type headline struct {
	title
	text     string          // the title without what a wire or a newsroom puts around it
	stems    map[string]bool // of the title's words that say something
	all      map[string]bool // those and the dek's
	numbers  map[string]bool
	turns    map[string]bool // words that turn a story
	proper   []string        // words with a capital, folded, in order; the first one is among them if it is surely a name
	first    string          // the first word, folded, if it has a capital as first words have
	sentence bool            // only names have capitals
	hasDek   bool
}

// wireMark is what wires put before a headline: "UPDATE 1-", "(LEAD)", "BREAKING:", "[속보]".
var wireMark = regexp.MustCompile(`(?i)^\s*(?:` +
	`(?:update|wrapup|rpt|refile|corrected|recast)(?:\s*\d+)?\s*[-–—:]\s*` +
	`|(?:breaking|urgent|flash|alert|exclusive|just in|developing|watch|live|video|analysis)(?: news)?\s*[-–—:|]\s*` +
	`|\((?:lead|urgent|\d+(?:st|nd|rd|th) (?:lead|ld))\)\s*` +
	`|\[[^\]]{1,12}\]\s*|【[^】]{1,12}】\s*)`)

// newsroomName is what newsrooms put behind one: " - Example Times", " | Example Post".
var newsroomName = regexp.MustCompile(`\s+(?:[|｜]|[-–—])\s+([^|｜]{1,40})$`)

// withoutMarks returns a title without the marks of wires.
func withoutMarks(title string) string {
	for {
		shorter := wireMark.ReplaceAllString(title, "")
		if shorter == title || shorter == "" {
			return title
		}
		title = shorter
	}
}

// bareTitle returns a title without the marks of wires, the newsroom's name and how many readers there were.
func bareTitle(title string) string { return withoutNewsroom(withoutMarks(withoutCounts(title))) }

// newHeadline prepares a title and its dek.
func newHeadline(text, dek string) headline {
	text = bareTitle(text)
	h := headline{
		title: newTitle(text), text: text, stems: map[string]bool{}, numbers: map[string]bool{}, turns: map[string]bool{},
		sentence: isSentence(text), hasDek: dek != "",
	}
	addStems(h.stems, text)
	h.all = map[string]bool{}
	addStems(h.all, text)
	addStems(h.all, clip(dek))
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

// withoutNewsroom takes the newsroom's name from the end of a title. Where every word has a capital, a dash may set off
// part of the headline.
func withoutNewsroom(text string) string {
	if !strings.ContainsAny(text, "-–—|｜") {
		return text
	}
	at := newsroomName.FindStringSubmatchIndex(text)
	if at == nil {
		return text
	}
	rest, name := text[:at[0]], text[at[2]:at[3]]
	bar := strings.ContainsAny(text[at[0]:at[2]], "|｜")
	for word := range strings.FieldsSeq(name) {
		if r, _ := utf8.DecodeRuneInString(word); !bar && unicode.IsLower(r) || unicode.IsDigit(r) {
			return text
		}
	}
	if !bar && !isSentence(rest) {
		return text
	}
	return rest
}

// stem takes from a word, roughly, what inflection adds.
func stem(word string) string {
	const shortest = 4
	for _, end := range []string{"ing", "ed", "es", "s"} {
		if s, found := strings.CutSuffix(word, end); found && len(s) >= shortest {
			return s
		}
	}
	return word
}

func addStems(set map[string]bool, text string) {
	for _, word := range filter.Tokens(text) {
		if !isFiller(word) && !isCJK(word) {
			set[stem(word)] = true
		}
	}
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
		switch {
		case !isUpper(word) || folded == "" || isFiller(folded):
		case i == 0 && !isAcronym(word) && (len(words) == 1 || !isUpper(words[1])):
			h.first = folded
			h.proper = append(h.proper, folded)
		default:
			h.proper = append(h.proper, folded)
		}
	}
}

func isAcronym(word string) bool { return len(word) > 1 && word == strings.ToUpper(word) }

// addTurns finds turns that are not words of their own.
func (h *headline) addTurns(text string) {
	text = strings.ToLower(text)
	if strings.Contains(text, "n't") || strings.Contains(text, "n’t") {
		h.turns["not"] = true
	}
	if !h.cjk {
		return
	}
	for _, turn := range []string{
		"않", "못", "아니", "없", "무죄", "유죄", "부결", "가결", "상승", "하락", "시작", "종료", "취소", "거부", "또",
		"ない", "ず", "無罪", "有罪", "否決", "可決", "上昇", "下落", "開始", "終了", "中止", "拒否", "再び",
		"不", "没", "未", "否", "无罪", "有罪", "上涨", "下跌", "开始", "结束", "取消", "拒绝", "再次",
	} {
		if strings.Contains(text, turn) {
			h.turns[turn] = true
		}
	}
}

// turnOf returns the turn that a folded word makes, or "". What one headline has of them the other must have.
func turnOf(word string) string {
	switch word {
	case "not", "no", "never", "nor", "none", "without", "nicht", "kein", "keine", "pas", "jamais", "nunca", "non":
		return "not"
	case "more", "another", "again", "second", "third", "anew":
		return "again"
	case "higher", "lower", "guilty", "innocent":
		return word
	}
	for _, beginning := range [...]string{
		"acquit", "convict", "reject", "den", "end", "begin", "start", "fail", "cancel", "postpone", "overturn", "uphold", "survive",
		"resume", "halt", "suspend", "withdraw", "veto", "block",
	} {
		rest, found := strings.CutPrefix(word, beginning)
		if !found || word == "den" {
			continue
		}
		switch rest {
		case "", "s", "ed", "es", "ing", "y", "ies", "ied", "ted", "ning", "led", "ling":
			return beginning
		}
	}
	return ""
}

// opposites are words of which one headline may have the one or the other, and then they tell different stories.
var opposites = [][2][]string{
	{
		{"rises", "rise", "rose", "gains", "gain", "jumps", "jump", "up", "climbs", "soars", "increases", "raises", "raise"},
		{"falls", "fall", "fell", "loses", "drops", "drop", "down", "slips", "plunges", "decreases", "cuts", "cut", "lowers"},
	},
	{{"wins", "win", "won", "beats", "beat"}, {"loses", "lose", "lost"}},
	{{"opens", "open", "opened", "reopens"}, {"closes", "close", "closed", "shuts"}},
	{{"passes", "approves", "backs", "accepts", "supports"}, {"refuses", "opposes", "rejects", "blocks"}},
	{{"arrested", "jailed", "jails", "arrests", "detained"}, {"freed", "frees", "released", "releases"}},
	{{"buys", "buy"}, {"sells", "sell"}},
	{{"joins", "join"}, {"quits", "leaves", "quit"}},
	{{"man", "men", "boy"}, {"woman", "women", "girl"}},
	{{"morning"}, {"evening", "afternoon", "night"}},
	{{"north", "northern"}, {"south", "southern"}},
	{{"east", "eastern"}, {"west", "western"}},
}

// numberOf returns the number that a folded word is, or a day or a month, or "".
func numberOf(word string) string {
	if r, _ := utf8.DecodeRuneInString(word); unicode.IsDigit(r) {
		return word
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
	// and of title and dek together, the other has. Measured by TestSameStory_AcrossNewsrooms.
	sharedTitle = 0.5
	sharedText  = 0.4
	fewShared   = 3
)

// sameStory reports whether two newsrooms tell one story: their titles are alike, or half alike and their deks with them,
// and nothing in them tells two stories apart. A word that the other's title and dek both lack does, if it may be a name.
func (h *headline) sameStory(o *headline) bool {
	if h.turnsFrom(o) {
		return false
	}
	lone := min(h.unexplainedBy(o), o.unexplainedBy(h))
	near := overlap(h.all, o.all, 2*fewShared) >= sharedText
	switch {
	case lone > 0 && (!h.sentence || !o.sentence):
		return false
	case h.alike(&o.title):
		return lone == 0 || near || !h.hasDek || !o.hasDek
	case !h.hasDek || !o.hasDek || h.isSeriesOf(&o.title) || lone > 1:
		return false
	}
	return near && overlap(h.stems, o.stems, fewShared) >= sharedTitle
}

// unexplainedBy counts the words of the title that another headline has neither in its title nor in its dek.
func (h *headline) unexplainedBy(o *headline) int { return len(h.stems) - common(h.stems, o.all) }

// overlap is how much of the smaller of two sets the other has, 0 if they share fewer than least.
func overlap(a, b map[string]bool, least int) float64 {
	shared := common(a, b)
	if shared < least {
		return 0
	}
	return float64(shared) / float64(min(len(a), len(b)))
}

// turnsFrom reports whether two headlines tell different stories, however alike they are: one turns the other, has
// another number, another name, or the same names in another order.
func (h *headline) turnsFrom(o *headline) bool {
	if len(h.turns) != common(h.turns, o.turns) || len(o.turns) != len(h.turns) || h.isOpposite(o) {
		return true
	}
	if n := common(h.numbers, o.numbers); n < len(h.numbers) && n < len(o.numbers) {
		return true
	}
	return h.otherNames(o) || h.otherOrder(o)
}

func (h *headline) isOpposite(o *headline) bool {
	is, was := setOf(h.words), setOf(o.words)
	has := func(set map[string]bool, words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return set[w] })
	}
	for _, pair := range opposites {
		for _, p := range [][2][]string{pair, {pair[1], pair[0]}} {
			if has(is, p[0]) && !has(was, p[0]) && has(was, p[1]) && !has(is, p[1]) {
				return true
			}
		}
	}
	return false
}

// otherNames reports whether each headline has a name that the other lacks.
func (h *headline) otherNames(o *headline) bool {
	if !h.sentence || !o.sentence {
		return false
	}
	lacks := func(a, b *headline) bool {
		words := setOf(b.words)
		return slices.ContainsFunc(a.proper, func(name string) bool { return name != a.first && !words[name] })
	}
	return lacks(h, o) && lacks(o, h)
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

// sameText reports whether two articles of one source are one text: alike but for what a wire puts before them, with one
// link or dek.
func sameText(a, b *bot.Article) bool {
	if a.Summary == "" || a.Summary != b.Summary {
		if link := canonicalLink(a.URL); link == "" || link != canonicalLink(b.URL) {
			return false
		}
	}
	text := titleName(withoutMarks(a.Title))
	return text != "" && text == titleName(withoutMarks(b.Title))
}
