package peers

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"tidings/internal/zipf"
)

const (
	titleWords  = 10
	dekWords    = 25
	unsearched  = 100 // the most frequent words, for which nobody looks
	phraseShare = 0.20
	notShare    = 0.15
)

// work invents articles and filters.
type work struct{ *zipf.Words }

func newWork() *work { return &work{zipf.New(rand.NewPCG(1, 2), zipf.Spelling)} }

// article is what filters are compared with.
type article struct{ title, dek string }

func (a *article) text() string { return a.title + "\n" + a.dek }

func (w *work) article() article {
	return article{title: strings.Join(w.Words.Words(titleWords, 0), " "), dek: strings.Join(w.Words.Words(dekWords, 0), " ")}
}

// condition is a filter as every contender can be told it: all of the terms, and not that word.
type condition struct {
	terms []string // each a word, or several that make a phrase
	not   string   // or ""
}

func (w *work) condition() condition {
	c := condition{terms: w.Words.Words(1+w.IntN(3), unsearched)}
	if len(c.terms) > 1 && w.Float64() < phraseShare*3/2 {
		c.terms = []string{strings.Join(c.terms, " ")}
	}
	if w.Float64() < notShare {
		c.not = w.Word(unsearched)
	}
	return c
}

func (w *work) conditions(n int) []condition {
	list := make([]condition, n)
	for i := range list {
		list[i] = w.condition()
	}
	return list
}

// rss writes a feed as a newsroom's site sends it, with so many items of about so many bytes each.
func rss(items, size int) string {
	const paragraph = "<p>The harbor master said that no ferry would sail before the storm &amp; its tail had passed; " +
		"<a href=\"https://tide.example/storm\">the coast guard</a> expects <em>heavy</em> seas &#8212; and more rain.</p>\n"
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Tide &amp; Post</title><link>https://tide.example/</link>` + "\n")
	start := time.Date(2024, 3, 5, 9, 0, 0, 0, time.UTC)
	for i := range items {
		begin := b.Len()
		fmt.Fprintf(&b, `<item><title>Harbor closed for the %dth time</title><link>https://tide.example/harbor-%d/</link>
<dc:creator><![CDATA[Ann Lee]]></dc:creator><pubDate>%s</pubDate><category><![CDATA[Harbor]]></category>
<guid isPermaLink="false">https://tide.example/?p=%d</guid>
<description><![CDATA[<p>No ferry will sail until the storm has passed, says the harbor&#8217;s master.</p>]]></description>
<content:encoded><![CDATA[`, i, i, start.Add(-time.Duration(i)*time.Hour).Format(time.RFC1123Z), i)
		b.WriteString(strings.Repeat(paragraph, max(1, (size-(b.Len()-begin))/len(paragraph))))
		b.WriteString("]]></content:encoded></item>\n")
	}
	return b.String() + "</channel></rss>"
}
