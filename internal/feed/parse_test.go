package feed

import (
	"compress/gzip"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/unicode"

	"tidings/bot"
)

const rss20 = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE rss [ <!ENTITY x "y"> ]>
<!-- made by hand -->
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
<title>Tide &amp;amp; Post</title><link>https://tide.example/</link><language>en_US</language>
<item>
 <title>Harbor &lt;b&gt;closed&lt;/b&gt; &amp;#8216;for good&amp;#8217;</title>
 <link>/2024/harbor?utm_source=rss&amp;id=7&amp;utm_medium=feed</link>
 <guid isPermaLink="false">tide-7</guid>
 <description><![CDATA[<p>No ferry will sail.<img src="https://t.example/pixel.gif" width="1"></p><p>The post <a href="x">Harbor closed</a> appeared first on <a href="y">Tide</a>.</p>]]></description>
 <dc:creator>Ann Lee</dc:creator><dc:creator><![CDATA[Bob Roe]]></dc:creator>
 <category>Harbor</category><category><![CDATA[Sea &amp; sky]]></category>
 <pubDate>Tue, 05 Mar 2024 09:00:00 KST</pubDate>
 <media:thumbnail url="/img/7.jpg"/>
</item>
<item>
 <title>Second</title>
 <guid>https://tide.example/2</guid>
 <content:encoded><![CDATA[<p>A first paragraph that is long enough to stand for a dek.</p><p>More.</p>]]></content:encoded>
 <author>desk@tide.example (Cal Orr)</author>
 <enclosure url="https://tide.example/2.png" type="image/png" length="1"/>
</item>
<item><description/></item>
</channel></rss>`

func TestParse_RSS(t *testing.T) {
	t.Parallel()
	got, err := Parse([]byte(rss20), Meta{URL: "https://tide.example/feed"})
	if err != nil {
		t.Fatal(err)
	}
	want := &Document{
		Title: "Tide & Post", SiteURL: "https://tide.example/", Lang: "en-US",
		Articles: []bot.Article{
			{
				GUID: "tide-7", URL: "https://tide.example/2024/harbor?id=7", Title: "Harbor closed ‘for good’",
				Summary: "No ferry will sail.", Authors: []string{"Ann Lee", "Bob Roe"}, Tags: []string{"Harbor", "Sea & sky"},
				Image: "https://tide.example/img/7.jpg", Lang: "en-US", Published: time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC),
			},
			{
				GUID: "https://tide.example/2", URL: "https://tide.example/2", Title: "Second", Lang: "en-US",
				Summary: "A first paragraph that is long enough to stand for a dek.", Authors: []string{"Cal Orr"},
				Image: "https://tide.example/2.png",
			},
		},
		Problems: []Problem{{Line: 25, Reason: "item 3 has neither title nor text"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParse_OtherFormats(t *testing.T) {
	t.Parallel()
	when := time.Date(2024, 3, 5, 1, 2, 3, 0, time.UTC)
	tests := []struct {
		name, in string
		want     bot.Article
	}{
		{
			"RSS 1.0, named by rdf:about",
			`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
			<channel rdf:about="https://e.example/"><title>T</title><link>https://e.example/</link></channel>
			<item rdf:about="urn:one"><title>One</title><link>https://e.example/1</link><dc:date>2024-03-05T01:02:03Z</dc:date></item></rdf:RDF>`,
			bot.Article{GUID: "urn:one", URL: "https://e.example/1", Title: "One", Published: when},
		},
		{
			"RSS 0.91",
			`<rss version="0.91"><channel><title>T</title><item><title>One</title><link>https://e.example/1</link><description>Dek &amp; more</description></item></channel></rss>`,
			bot.Article{URL: "https://e.example/1", Title: "One", Summary: "Dek & more"},
		},
		{
			"Atom, with the feed's authors",
			`<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><author><name>Ann Lee</name></author><author><name>Bob Roe</name><email>b@e.example</email></author>
			<entry><id>tag:e.example,2024:1</id><title type="html">&lt;i&gt;One&lt;/i&gt;</title><link href="https://e.example/1"/><link rel="enclosure" type="image/jpeg" href="/1.jpg"/>
			<summary>Dek</summary><published>2024-03-05T10:02:03+09:00</published><updated>2024-03-05T11:02:03+09:00</updated></entry></feed>`,
			bot.Article{
				GUID: "tag:e.example,2024:1", URL: "https://e.example/1", Title: "One", Summary: "Dek", Authors: []string{"Ann Lee", "Bob Roe"},
				Image: "https://e.example/1.jpg", Published: when, Updated: when.Add(time.Hour),
			},
		},
		{
			"Atom, without a date of publication",
			`<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>1</id><title>One</title><updated>2024-03-05T01:02:03Z</updated></entry></feed>`,
			bot.Article{GUID: "1", Title: "One", Published: when},
		},
		{
			"JSON Feed, after a mark",
			"\ufeff" + `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":7,"url":"https://e.example/1","title":"a < b","summary":"Dek",
			"authors":[{"name":"Ann Lee"},{"name":"Bob Roe"}],"tags":["x"],"date_published":"2024-03-05T01:02:03Z"}]}`,
			bot.Article{
				GUID: "7", URL: "https://e.example/1", Title: "a < b", Summary: "Dek", Authors: []string{"Ann Lee", "Bob Roe"},
				Tags: []string{"x"}, Published: when,
			},
		},
		{
			"no title, long text",
			`<rss><channel><item><guid isPermaLink="false">1</guid><description>` + strings.Repeat("word ", 60) + `</description></item></channel></rss>`,
			bot.Article{GUID: "1", Title: strings.TrimSpace(strings.Repeat("word ", 23)) + "…", Summary: strings.TrimSpace(strings.Repeat("word ", 60))},
		},
		{
			"the original address of a redirecting service",
			`<rss xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><item><title>One</title><link>https://feeds.example/~r/1</link><feedburner:origLink>https://e.example/1</feedburner:origLink></item></channel></rss>`,
			bot.Article{URL: "https://e.example/1", Title: "One"},
		},
	}
	for _, tt := range tests {
		d, err := Parse([]byte(tt.in), Meta{URL: "https://e.example/feed"})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff([]bot.Article{tt.want}, d.Articles); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// items returns an RSS document with n items and something after each.
func items(n int, after string) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>T</title>`)
	for i := range n {
		fmt.Fprintf(&b, "<item><title>Title %d</title><guid>g%d</guid></item>%s\n", i, i, after)
	}
	return b.String() + `</channel></rss>`
}

// zipped returns s compressed.
func zipped(t *testing.T, s string) string {
	t.Helper()
	var b strings.Builder
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestParse_RepairsWhatWouldEndIt(t *testing.T) {
	t.Parallel()
	one := func(title string) string {
		return `<rss><channel><item><title>` + title + `</title></item></channel></rss>`
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(one("대한민국"))
	if err != nil {
		t.Fatal(err)
	}
	euckr, err := korean.EUCKR.NewEncoder().String(`<?xml version="1.0" encoding="euc-kr"?>` + one("대한민국"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, in, contentType, want string }{
		{"UTF-16", utf16, "", "대한민국"},
		{"EUC-KR by its declaration", euckr, "text/xml", "대한민국"},
		{"EUC-KR by the header", strings.TrimPrefix(euckr, `<?xml version="1.0" encoding="euc-kr"?>`), "text/xml; charset=euc-kr", "대한민국"},
		{"UTF-8 that the header denies", one("été"), "text/xml; charset=iso-8859-1", "été"},
		{"one byte of another encoding", one("caf\xe9 \x93été\x94"), "", "café “été”"},
		{"control character", one("a\x1fb"), "", "ab"},
		{"reference to a control character", one("a&#x1F;b&#0;c&#xFFFFFFFF;"), "", "abc"},
		{"reference of Windows-1252", one("it&#146;s"), "", "it’s"},
		{"bare less-than", one("a < b <3 c"), "", "a < b <3 c"},
		{"bare ampersand", one("AT&T & co"), "", "AT&T & co"},
		{"named entity", one("a&nbsp;b&mdash;c"), "", "a b—c"},
		{"compressed without saying so", zipped(t, one("zipped")), "", "zipped"},
		{"blank lines before", "\n\n" + `<?xml version="1.0"?>` + one("x"), "", "x"},
		{"comment within", one("a<!-- <b> -->c"), "", "ac"},
	}
	for _, tt := range tests {
		d, err := Parse([]byte(tt.in), Meta{ContentType: tt.contentType})
		if err != nil || len(d.Articles) != 1 {
			t.Errorf("%s: %+v, %v", tt.name, d, err)
			continue
		}
		if got := d.Articles[0].Title; got != tt.want || d.Salvaged {
			t.Errorf("%s: title %q, want %q; salvaged %v", tt.name, got, tt.want, d.Salvaged)
		}
	}
}

func TestParse_SavesWhatIsWhole(t *testing.T) {
	t.Parallel()
	whole := items(5, "")
	for name, in := range map[string]string{
		"cut within an item": whole[:strings.Index(whole, "Title 3")],
		"cut between items":  whole[:strings.Index(whole, "<item><title>Title 3")],
	} {
		d, err := Parse([]byte(in), Meta{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(d.Articles) != 3 || !d.Salvaged {
			t.Errorf("%s: %d articles, salvaged %v; want 3, true", name, len(d.Articles), d.Salvaged)
		}
	}
}

func TestParse_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	deep := "<rss><channel>" + strings.Repeat("<a:b>", 200_000)
	for name, tt := range map[string]struct{ in, want string }{
		"nothing":            {" \n", "is empty"},
		"web page":           {"<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>", "is a web page, not a feed"},
		"web page in pieces": {"<head><title>x</title></head>", "is a web page, not a feed"},
		"list of feeds":      {"<?xml version='1.0'?><opml version='2.0'><body/></opml>", "is a list of feeds (OPML), not a feed"},
		"site map":           {"<urlset xmlns='x'><url><loc>https://e.example/</loc></url></urlset>", "is a site map without news"},
		"list of site maps":  {"<sitemapindex><sitemap/></sitemapindex>", "is a list of site maps, not a feed"},
		"other XML":          {"<note>x</note>", "is XML, but neither RSS nor Atom"},
		"text":               {"Hello there", `isn't a feed; it begins with "Hello there"`},
		"other JSON":         {`{"a":1}`, "is JSON, but not a JSON Feed: it has no version of jsonfeed.org"},
		"broken JSON":        {`{"version":"https://jsonfeed.org/version/1","items":[`, "is a broken JSON Feed"},
		"too deep":           {deep, "line 1: nests elements more than 128 deep"},
		"cut off":            {"<rss>\n<channel><title>x", "line 2: is cut off"},
		"too large":          {"<rss>" + strings.Repeat(" ", MaxSize), "is larger than 10 MiB"},
	} {
		d, err := Parse([]byte(tt.in), Meta{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %+v, %v; want an error with %q", name, d, err, tt.want)
		}
	}
}

func TestParse_DepthIsCountedExactly(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { // within rss, channel and item
		return "<rss><channel><item><title>T</title>" + strings.Repeat("<a:b>", n) + strings.Repeat("</a:b>", n) + "<br><br></item></channel></rss>"
	}
	if d, err := Parse([]byte(nested(maxDepth-3)), Meta{}); err != nil || len(d.Articles) != 1 {
		t.Errorf("%d deep: %v", maxDepth, err)
	}
	if _, err := Parse([]byte(nested(maxDepth-2)), Meta{}); err == nil {
		t.Errorf("%d deep: no error", maxDepth+1)
	}
}

func TestParse_BombIsNotInflated(t *testing.T) {
	t.Parallel()
	bomb := zipped(t, "<rss>"+strings.Repeat(" ", 3*MaxSize))
	if _, err := Parse([]byte(bomb), Meta{}); err == nil || !strings.Contains(err.Error(), "is larger than") {
		t.Errorf("got %v", err)
	}
}

func TestParse_OrderAndBounds(t *testing.T) {
	t.Parallel()
	d, err := Parse([]byte(items(1200, "")), Meta{})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Articles) != maxItems || d.Articles[0].Title != "Title 999" || len(d.Problems) != 1 {
		t.Errorf("%d articles, first %q, problems %v", len(d.Articles), d.Articles[0].Title, d.Problems)
	}
	day := func(d int) time.Time { return time.Date(2024, 1, d, 0, 0, 0, 0, time.UTC) }
	articles := []bot.Article{{Title: "f"}, {Title: "c", Published: day(2)}, {Title: "b", Published: day(2)}, {Title: "e"}, {Title: "a", Published: day(1)}}
	oldestFirst(articles)
	var order string
	for _, a := range articles {
		order += a.Title
	}
	if order != "abcef" {
		t.Errorf("order %q, want abcef", order)
	}
}

func TestParse_OneFaultCostsOneItem(t *testing.T) {
	t.Parallel()
	whole := items(5, "")
	for name, tt := range map[string]struct{ from, to, want string }{
		"a quote that is lost":            {"<title>Title 3", `<title a="`, "4210"},
		"an end of a tag that is lost":    {"<title>Title 3", "<titleTitle 3", "4210"},
		"an item that does not end":       {"</guid></item>\n<item><title>Title 3", "</guid>\n<item><title>Title 3", "43210"},
		"an item that does not begin":     {"<item><title>Title 3", "<title>Title 3", "4210"},
		"a field that does not end":       {"Title 3</title>", "Title 3</titl>", "43210"},
		"a feed that ends before its end": {"<item><title>Title 3", "</channel><item><title>Title 3", "43210"},
		"a root that is misspelled":       {"<rss", "<rsz", "43210"},
		"a head that does not end":        {"<item><title>Title 0", "<author><item><title>Title 0", "43210"},
		"data that does not end":          {"Title 3</title>", "<![CDATA[Title 3</title>", "43210"},
		"a comment that does not end":     {"Title 3</title>", "<!--Title 3</title>", "4210"},
	} {
		in := strings.Replace(whole, tt.from, tt.to, 1)
		if in == whole {
			t.Fatalf("%s: nothing is replaced", name)
		}
		d, err := Parse([]byte(in), Meta{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ""
		for _, a := range d.Articles {
			if number, ok := strings.CutPrefix(a.Title, "Title "); ok {
				got += number
			}
		}
		if got != tt.want {
			t.Errorf("%s: items %s, want %s", name, got, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(rss20))
	for _, s := range []string{
		items(2, ""), "<rss><item>", "<feed><entry></entry>", `{"version":"https://jsonfeed.org/version/1","items":[{}]}`,
		"<rdf:RDF><item rdf:about='x'><title>a</title></item></rdf:RDF>", "\xff\xfe<\x00", "<rss><channel><item><author><name>x", "<![CDATA[", "<!DOCTYPE [",
		"<rss xmlns:m='http://search.yahoo.com/mrss/'><channel><item><title>&#x;&#146;</title><m:group><m:content/></m:group></item></channel></rss>",
	} {
		f.Add([]byte(s))
	}
	now := time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse(data, Meta{URL: "https://e.example/feed"})
		if err != nil {
			return
		}
		for _, a := range d.Articles {
			a.Source = "e"
			if err := a.Clean(now); err != nil {
				t.Errorf("article cannot be stored: %v", err)
			}
			if a.URL != bot.CleanURL(a.URL) || len(a.Title) > bot.MaxTitle || len(a.Authors) > bot.MaxAuthors {
				t.Errorf("article out of bounds: %+v", a)
			}
		}
	})
}
