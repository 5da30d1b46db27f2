package store

import (
	"regexp"
	"strings"

	"tidings/bot"
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
	countInBrackets = regexp.MustCompile(`(?i)\s*[(\[](?:` + countNumber + `\s*` + ratingWord + `|` + ratingWord + `:?\s*` + countNumber + `)[)\]]`)
	countAtEnd      = regexp.MustCompile(`(?i)(?:^|[\s·|•–—,;#]+)(?:` + countNumber + `\s*` + readerWord + `|` + readerWord + `:?\s*` + countNumber + `|` + ratingWord + `:\s*` + countNumber + `)\.?\s*$`)
)

// withoutCounts takes from a text how many readers it had: such numbers grow from hour to hour and are no news.
func withoutCounts(text string) string {
	if !strings.ContainsAny(text, "0123456789") {
		return text
	}
	text = countInBrackets.ReplaceAllString(text, "")
	for {
		shorter := countAtEnd.ReplaceAllString(text, "")
		if len(shorter) == len(text) {
			return text
		}
		text = shorter
	}
}

// sameButCounts reports whether two revisions differ in nothing but how many readers they had.
func sameButCounts(a, old *bot.Article) bool {
	is := *a
	is.Title, is.Summary = old.Title, old.Summary
	return is.Same(old) && withoutCounts(a.Title) == withoutCounts(old.Title) &&
		withoutCounts(a.Summary) == withoutCounts(old.Summary)
}
