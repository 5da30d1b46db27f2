package store

import (
	"strings"
	"unicode/utf8"

	"tidings/bot"
	"tidings/internal/lazyregexp"
)

// What counts readers, and how such a count is written: "31 views", "Comments: 5", "(7 comments)".
const (
	readerWord = `(?:comments?|repl(?:y|ies)|views?|likes?|shares?|reads?|reactions?|boosts?|retweets?` +
		`|kommentare?|aufrufe|antworten|commentaires?|vues?|réponses?|comentarios?|comentários?|visitas?|visualizações` +
		`|commenti|commento|комментари\pL*|просмотр\pL*|댓글|조회수?|좋아요|コメント|閲覧|いいね|评论|評論|浏览|瀏覽|阅读|点赞)`
	// ratingWord is what readers say too, but headlines count it as well: "Senate passes bill by 52 votes".
	ratingWord  = `(?:` + readerWord + `|points?|votes?|upvotes?|punkte|stimmen|votos)`
	countNumber = `\d[\d.,\x{a0}\x{202f} ]*\s?[km]?`
)

var (
	countInBrackets = lazyregexp.New(`(?i)\s*[(\[](?:` + countNumber + `\s*` + ratingWord + `|` + ratingWord + `:?\s*` + countNumber + `)[)\]]`)
	countAtEnd      = lazyregexp.New(`(?i)(?:^|[\s·|•–—,;#]+)(?:` + countNumber + `\s*` + readerWord + `|` + readerWord + `:?\s*` + countNumber + `|` + ratingWord + `:\s*` + countNumber + `)\.?\s*$`)
)

// countTail is how many bytes of a text are looked at for a count behind it.
const countTail = 60

// withoutCounts removes from a text how many readers it had: such numbers grow from hour to hour and are no news.
func withoutCounts(text string) string {
	if strings.ContainsAny(text, "([") && strings.ContainsAny(text, "0123456789") {
		text = countInBrackets.ReplaceAllString(text, "")
	}
	for {
		at := tailOf(text)
		if !mayCount(text[at:]) {
			return text
		}
		shorter := text[:at] + countAtEnd.ReplaceAllString(text[at:], "")
		if len(shorter) == len(text) {
			return text
		}
		text = shorter
	}
}

// tailOf returns where the last countTail bytes of a text begin, between characters.
func tailOf(text string) int {
	at := max(0, len(text)-countTail)
	for at < len(text) && !utf8.RuneStart(text[at]) {
		at++
	}
	return at
}

// mayCount reports whether a text has both a number and something that may be counted.
func mayCount(text string) bool {
	if !strings.ContainsAny(text, "0123456789") {
		return false
	}
	text = strings.ToLower(text)
	for _, part := range [...]string{
		"comment", "repl", "view", "like", "share", "read", "reaction", "boost", "tweet", "point", "vote", "kommentar", "aufruf",
		"antwort", "punkte", "stimmen", "vue", "réponse", "coment", "visit", "visualiz", "votos", "комментари", "просмотр",
		"댓글", "조회", "좋아요", "コメント", "閲覧", "いいね", "评论", "評論", "浏览", "瀏覽", "阅读", "点赞",
	} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// sameButCounts reports whether two revisions differ in nothing but how many readers they had.
func sameButCounts(a, old *bot.Article) bool {
	is := *a
	is.Title, is.Summary = old.Title, old.Summary
	return is.Same(old) && withoutCounts(a.Title) == withoutCounts(old.Title) &&
		withoutCounts(a.Summary) == withoutCounts(old.Summary)
}
