package feed

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// newsroomFeed writes an RSS document as a newsroom's site sends it, with so many items of about so
// many bytes each.
func newsroomFeed(items, size int) string {
	const paragraph = "<p>The harbor master said that no ferry would sail before the storm &amp; its tail had passed; " +
		"<a href=\"https://tide.example/storm?id=%d\">the coast guard</a> expects <em>heavy</em> seas &#8212; and more rain.</p>\n"
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
 xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Tide &amp; Post</title><link>https://tide.example/</link>
<atom:link href="https://tide.example/feed" rel="self" type="application/rss+xml"/><language>en-US</language>
<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>`)
	start := time.Date(2024, 3, 5, 9, 0, 0, 0, time.UTC)
	for i := range items {
		begin := b.Len()
		fmt.Fprintf(&b, `<item><title>Harbor closed for the %dth time, and &#8216;for good&#8217; this time</title>
<link>https://tide.example/2024/03/harbor-%d/?utm_source=rss&amp;utm_medium=feed</link>
<dc:creator><![CDATA[Ann Lee]]></dc:creator><dc:creator><![CDATA[Bob Roe]]></dc:creator>
<pubDate>%s</pubDate><category><![CDATA[Harbor]]></category><category><![CDATA[Sea & sky]]></category>
<guid isPermaLink="false">https://tide.example/?p=%d</guid>
<description><![CDATA[<p>No ferry will sail until the storm has passed, says the harbor&#8217;s master. [&#8230;]</p>
<p>The post <a href="https://tide.example/2024/">Harbor closed</a> appeared first on <a href="https://tide.example">Tide</a>.</p>]]></description>
<media:thumbnail url="https://tide.example/img/%d.jpg" width="640"/><content:encoded><![CDATA[`, i, i, start.Add(-time.Duration(i)*time.Hour).Format(time.RFC1123Z), i, i)
		for b.Len()-begin < size-len(paragraph) {
			fmt.Fprintf(&b, paragraph, i)
		}
		b.WriteString("]]></content:encoded></item>\n")
	}
	return b.String() + "</channel></rss>"
}

func BenchmarkParse(bench *testing.B) {
	for _, size := range []struct {
		name         string
		items, bytes int
	}{
		{"30 items in 46 kB", 30, 1500},
		{"20 items in 124 kB", 20, 6150},
	} {
		in := []byte(newsroomFeed(size.items, size.bytes))
		bench.Run(size.name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				if d, err := Parse(in, Meta{URL: "https://tide.example/feed"}); err != nil || len(d.Articles) != size.items {
					b.Fatalf("%v, %v", d, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/feed")
		})
	}
}
