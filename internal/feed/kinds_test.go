package feed

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

// onlyArticle parses a document with one article.
func onlyArticle(t *testing.T, in string, zone *time.Location) bot.Article {
	t.Helper()
	d, err := Parse([]byte(in), Meta{URL: "https://e.example/feed", Zone: zone})
	if err != nil {
		t.Fatalf("%v\n%s", err, in)
	}
	if len(d.Articles) != 1 || d.Salvaged {
		t.Fatalf("%d articles, salvaged %t\n%s", len(d.Articles), d.Salvaged, in)
	}
	return d.Articles[0]
}

func TestParse_EveryKind(t *testing.T) {
	t.Parallel()
	when := time.Date(2024, 3, 5, 1, 2, 3, 0, time.UTC)
	tests := []struct {
		name, in string
		want     bot.Article
	}{
		{
			"Atom 0.3",
			`<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><entry><id>i</id><title mode="escaped">A &amp;amp; B</title>
			<link rel="alternate" type="text/html" href="/1"/><issued>2024-03-05T10:02:03+09:00</issued><modified>2024-03-05T02:02:03Z</modified></entry></feed>`,
			bot.Article{GUID: "i", URL: "https://e.example/1", Title: "A & B", Published: when, Updated: when.Add(time.Hour)},
		},
		{
			"RSS 0.90",
			`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">
			<channel><title>T</title></channel><image><title>No</title><url>/no.png</url></image><item><title>One</title><link>https://e.example/1</link></item></rdf:RDF>`,
			bot.Article{URL: "https://e.example/1", Title: "One"},
		},
		{
			"prefixes of one's own",
			`<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:mrss="http://search.yahoo.com/mrss/"><a:entry><a:id>i</a:id>
			<a:title>One</a:title><d:creator>Ann Lee</d:creator><mrss:thumbnail url="/t.jpg"/><a:updated>2024-03-05T01:02:03Z</a:updated></a:entry></a:feed>`,
			bot.Article{GUID: "i", Title: "One", Authors: []string{"Ann Lee"}, Image: "https://e.example/t.jpg", Published: when},
		},
		{
			"a prefix that is never bound",
			`<rss><channel><item><title>One</title><guid isPermaLink="false">i</guid><dc:creator>Ann Lee</dc:creator><dc:date>2024-03-05T01:02:03Z</dc:date></item></channel></rss>`,
			bot.Article{GUID: "i", Title: "One", Authors: []string{"Ann Lee"}, Published: when},
		},
		{
			"XHTML, relative to the entry",
			`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/a/"><entry xml:base="b/" xml:lang="ko"><id>i</id>
			<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>bold</b> &lt;title&gt;</div></title><link href="1"/>
			<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A first paragraph that is long enough to stand for a dek.</p><p>More.</p></div></content></entry></feed>`,
			bot.Article{
				GUID: "i", URL: "https://base.example/a/b/1", Title: "A bold <title>", Lang: "ko",
				Summary: "A first paragraph that is long enough to stand for a dek.",
			},
		},
		{
			"news site map",
			`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
			<url><loc>https://e.example/about</loc><lastmod>2020-01-01</lastmod></url>
			<url><loc>https://e.example/1</loc><lastmod>2024-03-05T02:02:03Z</lastmod><n:news><n:publication><n:name>Tide</n:name><n:language>en</n:language></n:publication>
			<n:publication_date>2024-03-05T10:02:03+09:00</n:publication_date><n:title>One &amp; two</n:title><n:keywords>sea, harbor</n:keywords></n:news>
			<image:image><image:loc>https://e.example/1.jpg</image:loc></image:image></url></urlset>`,
			bot.Article{
				URL: "https://e.example/1", Title: "One & two", Tags: []string{"sea", "harbor"}, Lang: "en",
				Image: "https://e.example/1.jpg", Published: when, Updated: when.Add(time.Hour),
			},
		},
		{
			"pictures in groups, deepest first named",
			`<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><item><title>One</title><guid isPermaLink="false">i</guid><media:group>
			<media:content url="/v.mp4" type="video/mp4"><media:thumbnail url="/t.jpg"/></media:content><media:content url="/p.jpg" medium="image"/></media:group></item></channel></rss>`,
			bot.Article{GUID: "i", URL: "https://e.example/v.mp4", Title: "One", Image: "https://e.example/p.jpg"},
		},
		{
			"entities that the document declares",
			`<!DOCTYPE rss [<!ENTITY co "Tide &#38; Co"><!ENTITY tide "Tide Post"><!ENTITY f SYSTEM "file:///etc/passwd">]>
			<rss><channel><item><title>&tide; says &f;</title><guid isPermaLink="false">i</guid></item></channel></rss>`,
			bot.Article{GUID: "i", Title: "Tide Post says &f;"},
		},
		{
			"JSON Feed with odd fields",
			`{"version":"https://jsonfeed.org/version/1","items":[{"id":9.5,"url":["no"],"external_url":"https://e.example/1","title":"One","author":{"name":"Ann Lee"},
			"tags":"sea","date_published":7,"date_modified":"2024-03-05T01:02:03Z","content_html":"<p>Dek</p>","attachments":[{"url":"/1.jpg","mime_type":"image/jpeg"}]}]}`,
			bot.Article{
				GUID: "9.5", URL: "https://e.example/1", Title: "One", Authors: []string{"Ann Lee"}, Tags: []string{"sea"}, Summary: "Dek",
				Image: "https://e.example/1.jpg", Published: when,
			},
		},
		{
			"JSON Feed with an attachment that is none",
			`{"version":"https://jsonfeed.org/version/1","items":[{"attachments":{"url":"/1.jpg"},"id":"i","title":"One"}]}`,
			bot.Article{GUID: "i", Title: "One"},
		},
		{
			"behind several byte order marks",
			"\ufeff\ufeff<rss><channel><item><title>One</title><guid>i</guid></item></channel></rss>",
			bot.Article{GUID: "i", Title: "One"},
		},
		{
			"behind what a faulty program printed",
			"<br />\n<b>Warning</b>:  Undefined variable $a in <b>/srv/feed.php</b> on line 3\n<?xml version=\"1.0\"?><rss><channel><item><title>One</title><guid>i</guid></item></channel></rss>",
			bot.Article{GUID: "i", Title: "One"},
		},
		{
			"behind what a faulty program printed as text",
			"Notice: Undefined index in /srv/feed.php on line 3\n<?xml version=\"1.0\"?><rss><channel><item><title>One</title><guid>i</guid></item></channel></rss>",
			bot.Article{GUID: "i", Title: "One"},
		},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, onlyArticle(t, tt.in, nil)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestParse_Hints(t *testing.T) {
	t.Parallel()
	rssHints := `<rss xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>T</title><link>https://e.example/</link>
		<atom:link rel="self" href="/feed"/><atom:link rel="hub" href="https://hub.example/"/><atom:link rel="hub" href="https://hub.example/"/>
		<ttl>120</ttl><sy:updatePeriod> daily </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>
		<skipHours><hour>24</hour><hour>3</hour><hour>99</hour><hour>3</hour></skipHours><skipDays><day>Sunday</day><day>saturday</day><day>Noday</day></skipDays></channel></rss>`
	atomHints := `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><link rel="self" href="https://e.example/self"/><link rel="hub" href="https://hub.example/"/></feed>`
	jsonHints := `{"version":"https://jsonfeed.org/version/1","feed_url":"https://e.example/self","hubs":[{"type":"WebSub","url":"https://hub.example/"}],"items":[]}`
	hub := []string{"https://hub.example/"}
	for name, tt := range map[string]struct {
		in   string
		want Hints
	}{
		"RSS": {rssHints, Hints{
			Every: 6 * time.Hour, SkipHours: []int{0, 3}, SkipDays: []time.Weekday{time.Sunday, time.Saturday}, Hubs: hub, Self: "https://e.example/feed",
		}},
		"ttl alone":   {`<rss><channel><ttl>90</ttl></channel></rss>`, Hints{Every: 90 * time.Minute}},
		"absurd ttl":  {`<rss><channel><ttl>99999999999</ttl></channel></rss>`, Hints{}},
		"Atom":        {atomHints, Hints{Hubs: hub, Self: "https://e.example/self"}},
		"JSON Feed":   {jsonHints, Hints{Hubs: hub, Self: "https://e.example/self"}},
		"other hosts": {`<feed><link rel="hub" href="ftp://hub.example/"/></feed>`, Hints{}},
	} {
		d, err := Parse([]byte(tt.in), Meta{URL: "https://e.example/feed"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, d.Hints); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestParse_Tombstones(t *testing.T) {
	t.Parallel()
	in := `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><entry><id>1</id><title>One</title></entry>
		<at:deleted-entry ref="tag:e.example,2024:2" when="2024-03-05T10:02:03+09:00"><at:comment>Gone</at:comment></at:deleted-entry>
		<at:deleted-entry when="2024-03-05T10:02:03+09:00"/></feed>`
	d, err := Parse([]byte(in), Meta{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"tag:e.example,2024:2"}
	if diff := cmp.Diff(want, d.Withdrawn); diff != "" || len(d.Articles) != 1 {
		t.Errorf("%d articles (-want +got):\n%s", len(d.Articles), diff)
	}
}

func TestParse_AnUndatedStoryIsNamedByItsDayAsWritten(t *testing.T) {
	t.Parallel()
	in := `<rss><channel><item><title>One</title><pubDate>March 5, 2024</pubDate></item></channel></rss>`
	var first string
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("KST", 9*3600), time.FixedZone("HST", -10*3600)} {
		a := onlyArticle(t, in, zone)
		a.Source = "e"
		if err := a.Clean(time.Date(2024, 3, 9, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = a.GUID
		}
		if a.GUID != first || a.GUID == "" {
			t.Errorf("in %v: GUID %q, want %q", zone, a.GUID, first)
		}
	}
}
