package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/internal/lazyregexp"
)

// wireMark is what wires put before a headline: "UPDATE 1-", "(LEAD)", "BREAKING:", "[속보]".
var wireMark = lazyregexp.New(`(?i)^\s*(?:` +
	`(?:update|wrapup|rpt|refile|corrected|recast)(?:\s*\d+)?\s*[-–—:]\s*` +
	`|(?:breaking|urgent|flash|alert|exclusive|just in|developing|watch|live|video|analysis)(?: news)?\s*[-–—:|]\s*` +
	`|\((?:lead|urgent|\d+(?:st|nd|rd|th) (?:lead|ld))\)\s*` +
	`|\[[^\]]{1,12}\]\s*|【[^】]{1,12}】\s*)`)

// newsroomName is what newsrooms put behind one: " - Example Times", " | Example Post".
var newsroomName = lazyregexp.New(`\s+(?:[|｜]|[-–—])\s+([^|｜]{1,40})$`)

// withoutMarks returns a title without the marks of wires.
func withoutMarks(title string) string {
	for strings.ContainsAny(title, "-–—:|([【") {
		shorter := wireMark.ReplaceAllString(title, "")
		if shorter == title || shorter == "" {
			return title
		}
		title = shorter
	}
	return title
}

// bareTitle returns a title without the marks of wires, the newsroom's name and how many readers there were.
func bareTitle(title string) string { return withoutNewsroom(withoutMarks(withoutCounts(title))) }

// withoutNewsroom strips the newsroom's name from the end of a title. Where every word has a capital, a dash may set off
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
