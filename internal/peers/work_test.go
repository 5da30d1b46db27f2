package peers

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"tidings/internal/zipf"
)

// article is what filters are compared with.
type article struct{ title, dek string }

func (a *article) text() string { return a.title + "\n" + a.dek }

// work invents articles and filters. Each contender can be told a condition.
type work struct{ *zipf.Words }

func newWork() *work { return &work{zipf.New(rand.NewPCG(1, 2), zipf.Spelling)} }

func (w *work) article() article {
	title, dek := w.Article()
	return article{title, dek}
}

func (w *work) conditions(n int) []zipf.Condition {
	list := make([]zipf.Condition, n)
	for i := range list {
		list[i] = w.Condition()
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
