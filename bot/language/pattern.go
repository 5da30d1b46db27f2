package language

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"tidings/bot"
	"tidings/internal/lazyregexp"
)

// keptContext is the context of entries for words that are kept together with what they are said of, as in "the server answered
// 404": what is kept is in English, so it is taken apart again.
const keptContext = "kept"

// pattern is such an entry.
type pattern struct {
	format  string
	english *regexp.Regexp
	said    string // in the language; empty if it isn't known
}

// patterns returns the entries for kept words, the longest first.
func (t *texts) patterns() []pattern {
	verbs := regexp.MustCompile(`%[sdvq]`) // of a format once its signs are escaped
	var list []pattern
	for _, id := range t.ids(keptContext) {
		english := regexp.MustCompile("^" + verbs.ReplaceAllString(regexp.QuoteMeta(id), "(.+?)") + "$")
		list = append(list, pattern{format: id, english: english, said: t.said(keptContext, id, 0)})
	}
	slices.SortFunc(list, func(a, b pattern) int { return cmp.Or(len(b.format)-len(a.format), cmp.Compare(a.format, b.format)) })
	return list
}

// sayKept returns kept words in the language, or as they are.
func (c *catalog) sayKept(p *bot.Phrase) bot.Text {
	for _, k := range c.kept() {
		found := k.english.FindStringSubmatch(p.Format)
		if found == nil || k.said == "" {
			continue
		}
		args := make([]any, len(found)-1)
		for i, s := range found[1:] {
			args[i] = s
			if strings.Contains(s, " ") { // else it is a name, or what somebody typed or has to type
				args[i] = bot.Known(s)
			}
		}
		filled := &bot.Phrase{Args: args, Style: p.Style, Link: p.Link}
		if t, ok := filled.Fill(strings.ReplaceAll(k.said, "%d", "%s"), c.show); ok {
			return t
		}
	}
	if m := numbered.FindStringSubmatch(p.Format); m != nil {
		with := &bot.Phrase{Format: "%s (%s)", Args: []any{bot.Known(m[1]), m[2]}, Style: p.Style, Link: p.Link}
		return c.text(with.English())
	}
	return p.English()
}

// numbered matches words with the number of an answer: "the server has no such page (404)".
var numbered = lazyregexp.New(`^(.+) \((\d+)\)$`)
