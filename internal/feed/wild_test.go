package feed

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

// TestParse_ReadsFeedsFromCorpora has documents of kinds that real feeds are of, each with one item.
func TestParse_ReadsFeedsFromCorpora(t *testing.T) {
	t.Parallel()
	const (
		feedOf = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>i</id>`
		podOf  = `<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/"><channel><item><guid isPermaLink="false">i</guid>`
	)
	when := time.Date(2024, 3, 5, 1, 2, 3, 0, time.UTC)
	tests := []struct {
		name, in string
		want     bot.Article
	}{
		{
			"entries under a prefix of the root", `<feed xmlns:q="http://www.w3.org/2005/Atom"><q:entry><q:id>i</q:id><q:title>Sluice</q:title><q:link href="/1"/></q:entry></feed>`,
			bot.Article{GUID: "i", URL: "https://e.example/1", Title: "Sluice"},
		},
		{
			"items under a prefix that means nothing to anybody", `<rss xmlns:our="urn:example:ours"><our:channel><our:item><our:guid>i</our:guid><our:title>Sluice</our:title></our:item></our:channel></rss>`,
			bot.Article{GUID: "i", Title: "Sluice"},
		},
		{
			"an entry by itself", `<entry xmlns="http://www.w3.org/2005/Atom"><id>i</id><title>Sluice</title><link href="/1"/><published>2024-03-05T01:02:03Z</published></entry>`,
			bot.Article{GUID: "i", URL: "https://e.example/1", Title: "Sluice", Published: when},
		},
		{
			"text is literal", feedOf + `<title type="text">Pair&lt;Key&gt; &amp;amp; &lt;b&gt;friends</title><summary>Use &lt;script&gt; with care</summary></entry></feed>`,
			bot.Article{GUID: "i", Title: "Pair<Key> &amp; <b>friends", Summary: "Use <script> with care"},
		},
		{
			"text with letters encoded twice", feedOf + `<title>Mill&amp;#8217;s wheel</title></entry></feed>`,
			bot.Article{GUID: "i", Title: "Mill’s wheel"},
		},
		{
			"HTML that does not say so", feedOf + `<title>Sluice</title><summary>&lt;p&gt;It is &lt;b&gt;open&lt;/b&gt;.&lt;/p&gt;</summary></entry></feed>`,
			bot.Article{GUID: "i", Title: "Sluice", Summary: "It is open."},
		},
		{
			"HTML in a title", feedOf + `<title type="html">&lt;i&gt;Sluice&lt;/i&gt; &amp;amp; &amp;lt;dam&amp;gt;</title></entry></feed>`,
			bot.Article{GUID: "i", Title: "Sluice & <dam>"},
		},
		{
			"content that is no text", feedOf + `<title>Sluice</title><content type="image/png">iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk</content></entry></feed>`,
			bot.Article{GUID: "i", Title: "Sluice"},
		},
		{
			"base64 of Atom 0.3", `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>i</id><title>Sluice</title>
			<content type="text/html" mode="base64">
			PHA+VGhlIGdhdGUgb2YgdGhlIHNsdWljZSBpcyBvcGVuIGFnYWluLCA8
			Yj5sYXRlPC9iPi48L3A+</content></entry></feed>`,
			bot.Article{GUID: "i", Title: "Sluice", Summary: "The gate of the sluice is open again, late."},
		},
		{
			"an address as id", `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>https://e.example/1</id><title>Sluice</title></entry></feed>`,
			bot.Article{GUID: "https://e.example/1", URL: "https://e.example/1", Title: "Sluice"},
		},
		{
			"a recording as link", `<rss><channel><item><guid isPermaLink="false">i</guid><title>Sluice</title><enclosure url="/1.mp3" type="audio/mpeg"/></item></channel></rss>`,
			bot.Article{GUID: "i", URL: "https://e.example/1.mp3", Title: "Sluice"},
		},
		{
			"a link that has lost its scheme", `<rss><channel><item><guid>i</guid><title>Sluice</title><link>www.e.example/1?a=b</link></item></channel></rss>`,
			bot.Article{GUID: "i", URL: "http://www.e.example/1?a=b", Title: "Sluice"},
		},
		{
			"one that begins with the feed's own host", `<rss><channel><item><guid>i</guid><title>Sluice</title><link>e.example/2024/1?a=b#c</link></item></channel></rss>`,
			bot.Article{GUID: "i", URL: "https://e.example/2024/1?a=b#c", Title: "Sluice"},
		},
		{
			"a link broken over lines", "<rss><channel><item><guid>i</guid><title>Sluice</title><link>\n  https://e.example/2024/the-\n\t\tsluice?a=1&amp;amp;b=2\r\n</link></item></channel></rss>",
			bot.Article{GUID: "i", URL: "https://e.example/2024/the-sluice?a=1&b=2", Title: "Sluice"},
		},
		{
			"a redirect that says where it leads", `<rss><channel><item><guid>i</guid><title>Sluice</title><link>https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://e.example/1%3Fa%3Db%26utm_source%3Dx&amp;ct=ga</link></item></channel></rss>`,
			bot.Article{GUID: "i", URL: "https://e.example/1?a=b", Title: "Sluice"},
		},
		{
			"a redirect to what is no page", `<rss><channel><item><guid>i</guid><title>Sluice</title><link>https://www.google.com/url?url=javascript:alert(1)</link></item></channel></rss>`,
			bot.Article{GUID: "i", URL: "https://www.google.com/url?url=javascript:alert(1)", Title: "Sluice"},
		},
		{
			"marks of Windows in UTF-8", "<rss><channel><item><guid>i</guid><title>The mill\u0092s \u0093wheel\u0094 \u0096 again\u0085</title></item></channel></rss>",
			bot.Article{GUID: "i", Title: "The mill’s “wheel” – again…"},
		},
		{
			"a picture in the text", feedOf + `<title>Sluice</title><content type="html" xml:base="/pics/">&lt;img src="https://pixel.example/pixel.gif" width="1" height="1"&gt;
			&lt;p&gt;The gate of the sluice is open again, says the keeper.&lt;/p&gt;&lt;img class="wp-smiley" src="s.png"&gt;&lt;img data-src="gate.jpg?a=1&amp;amp;b=2" src="data:image/gif;base64,x"&gt;</content></entry></feed>`,
			bot.Article{GUID: "i", Title: "Sluice", Summary: "The gate of the sluice is open again, says the keeper.", Image: "https://e.example/pics/gate.jpg?a=1&b=2"},
		},
		{
			"what podcasts say", podOf + `<itunes:title>Sluice</itunes:title><itunes:subtitle>About a gate</itunes:subtitle><itunes:summary>Long</itunes:summary>
			<itunes:keywords>water, mill ,</itunes:keywords><itunes:category text="History"/><itunes:author>Ida Holm</itunes:author></item></channel></rss>`,
			bot.Article{GUID: "i", Title: "Sluice", Summary: "About a gate", Tags: []string{"water", "mill", "History"}, Authors: []string{"Ida Holm"}},
		},
		{
			"what a group of media says", podOf + `<media:group><media:title>Sluice &amp; gate</media:title><media:description>Filmed at &lt;noon&gt;</media:description><media:category label="Rivers">r</media:category>
			<media:keywords>water,mill</media:keywords><media:credit role="author">Ida Holm</media:credit><media:player url="https://e.example/watch/1"/></media:group></item></channel></rss>`,
			bot.Article{
				GUID: "i", URL: "https://e.example/watch/1", Title: "Sluice & gate", Summary: "Filmed at <noon>", Tags: []string{"Rivers", "water", "mill"},
				Authors: []string{"Ida Holm"},
			},
		},
		{
			"text under a name without its prefix", `<rss><channel><item><guid>i</guid><title>Sluice</title><encoded>&lt;p&gt;The gate of the sluice is open again, says the keeper.&lt;/p&gt;</encoded></item></channel></rss>`,
			bot.Article{GUID: "i", Title: "Sluice", Summary: "The gate of the sluice is open again, says the keeper."},
		},
		{
			"character data encoded as text", `<rss><channel><item><guid>i</guid><title>&lt;![CDATA[Sluice &amp;amp; gate]]&gt;</title></item></channel></rss>`,
			bot.Article{GUID: "i", Title: "Sluice & gate"},
		},
		{
			"a dek that is the title", `<rss><channel><item><guid>i</guid><title>Sluice opens &#8211; at last</title><description>&lt;b&gt;Sluice opens - at last&lt;/b&gt;</description></item></channel></rss>`,
			bot.Article{GUID: "i", Title: "Sluice opens – at last"},
		},
		{
			"an author who is an address", feedOf + `<title>Sluice</title><author><uri>https://e.example/ida</uri></author></entry></feed>`,
			bot.Article{GUID: "i", Title: "Sluice"},
		},
		{
			"a JSON Feed of plain text", `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"https://e.example/1","title":"Sluice\u0092s gate","content_text":"Write <b> where the text of the gate is bold."}]}`,
			bot.Article{GUID: "https://e.example/1", URL: "https://e.example/1", Title: "Sluice’s gate", Summary: "Write <b> where the text of the gate is bold."},
		},
	}
	for _, tt := range tests {
		d, err := Parse([]byte(tt.in), Meta{URL: "https://e.example/feed"})
		if err != nil || len(d.Articles) != 1 || d.Salvaged {
			t.Errorf("%s: %+v, %v", tt.name, d, err)
			continue
		}
		if diff := cmp.Diff(tt.want, d.Articles[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestParse_AnEmptyRootIsAnEmptyFeed(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		`<rss version="2.0"/>`, `<feed xmlns="http://www.w3.org/2005/Atom"/>`, `<?xml version="1.0"?><rdf:RDF xmlns:rdf="x" />`, `<rss></rss>`, `<rss><channel/></rss>`,
		`{"version":"https://jsonfeed.org/version/1.1"}`,
	} {
		if d, err := Parse([]byte(in), Meta{}); err != nil || len(d.Articles) != 0 || d.Salvaged {
			t.Errorf("%s: %+v, %v", in, d, err)
		}
	}
	for _, in := range []string{`<rss version="2.0">`, `<html/>`, `<other/>`, `<urlset/>`} {
		if d, err := Parse([]byte(in), Meta{}); err == nil {
			t.Errorf("%s: %+v, want an error", in, d)
		}
	}
}

func TestParse_WhatIsDoubtfulIsSaid(t *testing.T) {
	t.Parallel()
	in := "<rss><channel>\n<item><title>A</title><pubDate>someday</pubDate></item>\n<item><title>B</title><pubDate>Tue, 05 Mar 2024 01:02:03 GMT</pubDate></item>\n" +
		"<item><title>C</title><link>javascript:alert(1)</link></item>\n<item><title>D</title><pubDate>05/03/2024</pubDate></item></channel></rss>"
	d, err := Parse([]byte(in), Meta{})
	want := []Problem{
		{2, `item 1: its date cannot be read: "someday"`},
		{4, `item 3: its link isn't the address of a page: "javascript:alert(1)"`},
		{5, `item 4: its date cannot be read: "05/03/2024"`},
	}
	if err != nil || len(d.Articles) != 4 || cmp.Diff(want, d.Doubts) != "" || len(d.Problems) != 0 {
		t.Errorf("%+v, %v", d, err)
	}
	many := "<rss><channel>"
	for range 2 * maxDoubts {
		many += "<item><title>A</title><pubDate>someday</pubDate></item>"
	}
	if d, err := Parse([]byte(many+"</channel></rss>"), Meta{}); err != nil || len(d.Doubts) != maxDoubts {
		t.Errorf("%d doubts, %v, want %d", len(d.Doubts), err, maxDoubts)
	}
}

func TestReadFile_AListOfFeedsInUTF16(t *testing.T) {
	t.Parallel()
	in := `<?xml version="1.0" encoding="utf-16"?><opml version="2.0"><body><outline text="Mühle" type="rss" url="https://e.example/f"/></body></opml>`
	for mark, wide := range map[string]func(c byte) []byte{
		"\xff\xfe": func(c byte) []byte { return []byte{c, 0} },
		"\xfe\xff": func(c byte) []byte { return []byte{0, c} },
	} {
		text := mark
		for _, r := range in { // all within Latin-1
			text += string(wide(byte(r)))
		}
		var got []OutlineFeed
		_, s, err := readAll(text, Options{Follow: func(feeds []OutlineFeed) (int, error) {
			got = feeds
			return len(feeds), nil
		}})
		if err != nil || s.Feeds != 1 || len(got) != 1 || got[0].Title != "Mühle" || got[0].URL != "https://e.example/f" {
			t.Errorf("%q: %+v, %+v, %v", mark, got, s, err)
		}
	}
}
