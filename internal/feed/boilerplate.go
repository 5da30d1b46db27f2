package feed

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/internal/lazyregexp"
)

// withoutBoilerplate strips what programs add to every summary: the title once more, where the rest can be
// read, who submitted it, and marks that it was cut. Lines are kept apart.
func withoutBoilerplate(s, title string) string {
	s = withoutTitle(strings.TrimSpace(s), title)
	if strings.HasPrefix(s, "arXiv:") {
		s = announcement.ReplaceAllString(s, "")
	}
	if strings.Contains(s, "submitted by") {
		s = submission.ReplaceAllString(s, "")
	}
	if strings.Contains(s, "Comments URL:") {
		s = aggregator.ReplaceAllString(s, "")
	}
	s = withoutColophon(s)
	for found := true; found; {
		s, found = withoutInvitation(s, title)
	}
	return s
}

var (
	// announcement begins the abstracts of arXiv.
	announcement = lazyregexp.New(`^arXiv:\S+\s+Announce Type:\s*\S+\s*(?:Abstract:\s*)?`)
	// submission ends a post of Reddit.
	submission = lazyregexp.New(`\s*submitted by\s+/?u/\S+(?:\s+to\s+/?r/\S+)?\s*(?:\[link\]\s*)?(?:\[comments\]\s*)?$`)
	// aggregator is what lists of links say of each.
	aggregator = lazyregexp.New(`(?m)^\s*(?:Article URL|Comments URL|Points|# Comments):.*$`)
	// discussion is a last line that only leads elsewhere.
	discussion = lazyregexp.New(`(?i)(?:^|\n)\s*(?:\[?(?:link|comments?)\]?\s*)+$`)
)

// withoutTitle drops lines at the beginning that say no more than the title.
func withoutTitle(s, title string) string {
	for s != "" {
		line, rest, more := strings.Cut(s, "\n")
		if firstLetter(line) != firstLetter(title) {
			return s
		}
		if words := letters(title); words == "" || letters(line) != words {
			return s
		}
		if !more {
			return ""
		}
		s = strings.TrimSpace(rest)
	}
	return s
}

// letters returns the letters and digits of a text in lower case.
func letters(s string) string { return strings.Map(letter, s) }

func firstLetter(s string) rune {
	for _, r := range s {
		if r = letter(r); r >= 0 {
			return r
		}
	}
	return -1
}

// letter returns a letter in lower case, or -1 for what is none.
func letter(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return unicode.ToLower(r)
	}
	return -1
}

// colophons lists how publishing software names the site below a text, in its languages: the beginning, and
// what stands between the title and the site.
var colophons = [...]struct{ begin, middle string }{
	{"The post ", " appeared first on "},
	{"The post ", " first appeared on "},
	{"Der Beitrag ", " erschien zuerst auf "},
	{"L’article ", " est apparu en premier sur "},
	{"L'article ", " est apparu en premier sur "},
	{"La entrada ", " se publicó primero en "},
	{"La entrada ", " aparece primero en "},
	{"Artykuł ", " pochodzi z serwisu "},
	{"Inlägget ", " dök först upp på "},
	{"Indlægget ", " blev først udgivet på "},
	{"Innlegget ", " dukket først opp på "},
	{"Postingan ", " pertama kali tampil pada "},
	{"L’articolo ", " proviene da "},
	{"L'articolo ", " proviene da "},
	{"O post ", " apareceu primeiro em "},
	{"Het bericht ", " verscheen eerst op "},
	{"Сообщение ", " появились сначала на "},
	{"Запись ", " впервые появилась "},
	{"投稿 ", "に最初に表示されました"},
}

// withoutColophon drops "The post … appeared first on …" at the end.
func withoutColophon(s string) string {
	const longest = 700 // bytes; a title and the name of a site
	end := s[max(len(s)-longest, 0):]
	for _, c := range &colophons {
		if !strings.Contains(end, c.middle) {
			continue
		}
		middle := strings.LastIndex(end, c.middle)
		if begin := strings.LastIndex(end[:middle+1], c.begin); begin >= 0 && !strings.Contains(end[middle:], "\n") {
			return strings.TrimSpace(s[:len(s)-len(end)+begin])
		}
	}
	return s
}

// invitation is how readers are asked to read on.
type invitation struct {
	words string // with ASCII in lower case
	// apart says that the words may as well end a sentence, so that they count only behind one.
	apart bool
}

// invitations lists those of the languages that publishing software speaks.
var invitations = [...]invitation{
	{"continue reading", false},
	{"keep reading", false},
	{"read more", false},
	{"read the full", false},
	{"read full", false},
	{"read the rest", false},
	{"read the whole", false},
	{"read the entire", false},
	{"read the complete", false},
	{"view full coverage on google news", false},
	{"weiterlesen", false},
	{"weiter lesen", false},
	{"mehr lesen", false},
	{"den ganzen artikel lesen", false},
	{"lire la suite", false},
	{"lire plus", false},
	{"en savoir plus", false},
	{"leer más", false},
	{"seguir leyendo", false},
	{"sigue leyendo", false},
	{"continuar leyendo", false},
	{"leggi tutto", false},
	{"leggi di più", false},
	{"continua a leggere", false},
	{"leia mais", false},
	{"continue lendo", false},
	{"continuar lendo", false},
	{"lees meer", false},
	{"lees verder", false},
	{"verder lezen", false},
	{"читать далее", false},
	{"Читать далее", false},
	{"читать дальше", false},
	{"Читать дальше", false},
	{"続きを読む", false},
	{"もっと読む", false},
	{"더 보기", false},
	{"더보기", false},
	{"계속 읽기", false},
	{"자세히 보기", false},
	{"阅读更多", false},
	{"阅读全文", false},
	{"继续阅读", false},
	{"繼續閱讀", false},
	{"閱讀更多", false},
	{"read on", true},
	{"learn more", true},
	{"full story", true},
	{"full article", true},
	{"view article", true},
	{"see the post", true},
	{"view post", true},
	{"click here", true},
	{"подробнее", true},
	{"Подробнее", true},
	{"mehr", true},
	{"(more", true},
	{"[more", true},
}

// withoutInvitation drops marks of a cut from the end, and reports whether it dropped an invitation to read on.
func withoutInvitation(s, title string) (shorter string, found bool) {
	for _, mark := range [...]string{"[…]", "[...]", "[&hellip;]", "→", "»"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, mark))
	}
	const longest = 250 // bytes, of which the title may be most
	from := max(len(s)-longest, strings.LastIndexByte(s, '\n')+1)
	for from < len(s) && !utf8.RuneStart(s[from]) {
		from++
	}
	line := lowerASCII(s[from:])
	if strings.HasSuffix(line, "comments") || strings.HasSuffix(line, "comments]") || strings.HasSuffix(line, "[link]") {
		if at := discussion.FindStringIndex(s); at != nil {
			return strings.TrimSpace(s[:at[0]]), true
		}
	}
	for _, i := range &invitations {
		if !strings.Contains(line, i.words) { // far cheaper than LastIndex
			continue
		}
		at := strings.LastIndex(line, i.words)
		if !i.stands(line[:at], line[at+len(i.words):], letters(title)) {
			continue
		}
		return strings.TrimRight(strings.TrimSpace(s[:from+at]), "-–—[(> "), true
	}
	return s, false
}

// lowerASCII returns s with its ASCII letters in lower case, which is cheap and moves no byte.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// stands reports whether the words invite to read on, by what is around them on their line.
func (i *invitation) stands(before, after, title string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	if before != "" && (unicode.IsLetter(last) || unicode.IsDigit(last)) && last <= unicode.MaxLatin1 || i.apart && !endsSentence(before) {
		return false
	}
	said := letters(after)
	if said == "" || said == title {
		return true
	}
	for _, other := range &invitations { // once more, or for those who listen to the screen
		if rest := strings.Replace(said, letters(other.words), "", 1); !other.apart && (rest == "" || rest == title) {
			return true
		}
	}
	return namesPlace(strings.TrimSpace(after))
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, " ([")
	last, _ := utf8.DecodeLastRuneInString(s)
	return s == "" || strings.ContainsRune(".!?…)]\"”»", last)
}

// namesPlace reports whether what follows an invitation only says what and where can be read.
func namesPlace(after string) bool {
	for _, noun := range [...]string{"story", "article", "post", "entry", "report"} {
		after = strings.TrimSpace(strings.TrimPrefix(after, noun))
	}
	if letters(after) == "" {
		return true
	}
	if strings.ContainsAny(after, "!?") || strings.Contains(after, ". ") { // further sentences
		return strings.HasPrefix(after, "“") || strings.HasPrefix(after, `"`)
	}
	for _, begin := range [...]string{"at ", "on ", "about ", "here", "auf ", "bei ", "sur ", "en ", "su ", "op ", "em ", "на ", ": ", "“", `"`, "‘", "«"} {
		if strings.HasPrefix(after, begin) {
			return true
		}
	}
	return false
}
