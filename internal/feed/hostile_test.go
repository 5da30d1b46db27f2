package feed

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"tidings/bot"
)

// hostile lists documents meant to be expensive, or to pass for something else, by name. Each
// ends in an error that contains want, or in at most so many articles.
func hostile(t *testing.T) map[string]struct {
	in, want string
	articles int
} {
	t.Helper()
	item := func(inner string) string {
		return "<rss><channel><item><title>Title</title>" + inner + "</item></channel></rss>"
	}
	many := func(s string) string { return strings.Repeat(s, 1<<20/len(s)) }
	const version = `{"version":"https://jsonfeed.org/version/1","items":[`
	return map[string]struct {
		in, want string
		articles int
	}{
		"endless":              {"<rss>" + strings.Repeat(" ", MaxSize), "is larger than 10 MiB", 0},
		"two million nested":   {"<rss><channel><item>" + strings.Repeat("<a:b>", 2_000_000), "nests elements more than 128 deep", 0},
		"nested before a feed": {many("<a>"), "", 0},
		"items":                {"<rss><channel>" + many("<item><title>x</title></item>"), "", maxItems},
		"empty items":          {"<rss><channel>" + many("<item/>"), "is cut off", 0},
		"elements":             {item(many("<a/>")), "", 1},
		"words in elements":    {item(many("<b>x</b>")), "", 1},
		"deks":                 {item(many("<description>x</description>")), "", 1},
		"authors":              {item(many("<author>Ann Lee</author>")), "", 1},
		"tags":                 {item(many("<category>x</category>")), "", 1},
		"namespaces":           {item("<a " + many("xmlns:a='b' ") + "/>"), "", 1},
		"namespaces, nested":   {item(strings.Repeat("<a xmlns:c='d'>", 100) + many("<c:x/>")), "", 1},
		"attributes":           {item("<enclosure " + many("a='b' ") + "/>"), "", 1},
		"an attribute":         {item("<enclosure url='" + many("b") + "'/>"), "", 1},
		"quotes":               {item(many("<a '")), "", 1},
		"bare less-than":       {item(many("<")), "", 1},
		"a title":              {"<rss><channel><item><title>" + many("Title ") + "</title></item></channel></rss>", "", 1},
		"one word":             {"<rss><channel><item><title>" + many("x") + "</title></item></channel></rss>", "", 1},
		"markup in a title":    {"<rss><channel><item><title>" + many("&lt;b&gt;") + "</title></item></channel></rss>", "", 0},
		"ampersands":           {item("<description>" + many("&") + "</description>"), "", 1},
		"references":           {item("<description>" + many("&#38;") + "</description>"), "", 1},
		"character data":       {item("<description>" + many("<![CDATA[x]]>") + "</description>"), "", 1},
		"unclosed data":        {item("<description>" + many("<![CDATA[")), "", 1},
		"unclosed comments":    {item(many("<!--")), "", 1},
		"comments":             {item(many("<!---->")), "", 1},
		"end tags":             {item(many("</a>")), "", 1},
		"instructions":         {many("<?a?>") + item(""), "", 1},
		"billion laughs": {
			`<!DOCTYPE rss [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>` + item("<description>&c;</description>"), "", 1,
		},
		"one large entity, many times": {
			`<!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("x", maxEntity) + `">]>` + item("<description>"+many("&a;")+"</description>"), "", 1,
		},
		"a file as an entity": {`<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + item("<description>&a;</description>"), "", 1},
		"a parameter entity":  {`<!DOCTYPE rss [<!ENTITY % a SYSTEM "http://e.example/"> %a;]>` + item(""), "", 1},
		"binary":              {"\x89PNG\r\n\x1a\n\x00\x00\x00", "isn't a feed", 0},
		"a page":              {"<!DOCTYPE html><html><body>" + many("<p>"), "is a web page", 0},
		"JSON, nested":        {version + strings.Repeat("[", 20_000), "", 0},
		"JSON, items":         {version + many(`{"title":"T"},`) + "{}]}", "", maxItems},
		"JSON, a title":       {version + `{"title":"` + many("x") + `"}]}`, "", 1},
		"JSON, fields":        {`{` + many(`"a":1,`) + `"version":"https://jsonfeed.org/version/1"}`, "has more than 1000 fields", 0},
		"JSON, a number":      {version + `{"id":` + strings.Repeat("9", 1<<20) + `,"title":"T"}]}`, "", 1},
	}
}

func TestParse_HostileDocumentsCostLittle(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for name, tt := range hostile(t) {
		begin := time.Now()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		d, err := Parse([]byte(tt.in), Meta{URL: "https://e.example/feed"})
		runtime.ReadMemStats(&after)
		switch {
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: %v, want an error with %q", name, err, tt.want)
		case err == nil && len(d.Articles) > tt.articles:
			t.Errorf("%s: %d articles, want at most %d", name, len(d.Articles), tt.articles)
		case err == nil && tt.articles > 0 && len(d.Articles) == 0:
			t.Errorf("%s: no articles", name)
		}
		// Generous, for machines that are slow and busy and for the race detector.
		if took := time.Since(begin); took > 20*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		// Altogether, the garbage included; what little documents need is of no account.
		const times, little = 12, 4 << 20
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > uint64(times*len(tt.in)+little) {
			t.Errorf("%s: allocated %d MiB for %d MiB", name, allocated>>20, len(tt.in)>>20)
		}
	}
}

func TestParse_TextIsHarmless(t *testing.T) {
	t.Parallel()
	a := onlyArticle(t, "<rss><channel><item><title>A\u202eb\u2066c\u200bd\U000E0041e\u0007f&#x202E;g&#7;h</title><guid isPermaLink='false'>1</guid>"+
		"<link>https://user:secret@e.example/1</link><media:thumbnail url='data:image/png;base64,x'/>"+
		"<description>&lt;script&gt;alert(1)&lt;/script&gt;&lt;p style='display:none'&gt;unseen&lt;/p&gt;See &lt;a href='javascript:x'&gt;this&lt;/a&gt;</description></item></channel></rss>", nil)
	a.Source = "e"
	if err := a.Clean(time.Now()); err != nil {
		t.Fatal(err)
	}
	if a.Title != "Abcdefgh" || a.URL != "https://e.example/1" || a.Image != "" || a.Summary != "See this" {
		t.Errorf("%+v", a)
	}
}

// TestParse_ArticlesAreCleanedOnce: the store cleans what it is given, so the parser has to return only what then
// still has a title, and nothing that a second cleaning would change.
func TestParse_ArticlesAreCleanedOnce(t *testing.T) {
	t.Parallel()
	titles := []string{"A  b", "\u200b", "&#x202E;", "\u00ad\ufeff &amp;#8203;", "e\u0301\u202e x", strings.Repeat("\u200b", 5000) + "late", "\x00"}
	in := "<rss><channel>"
	for _, title := range titles {
		in += "<item><title>" + title + "</title><link> https://u:p@e.example/a b </link><category> c\u200b </category></item>"
	}
	d, err := Parse([]byte(in+"</channel></rss>"), Meta{})
	if err != nil || len(d.Articles) != 3 || len(d.Problems) != 4 {
		t.Fatalf("%+v, %v", d, err)
	}
	for _, a := range d.Articles {
		a.Source = "e"
		if err := a.Clean(time.Now()); err != nil {
			t.Errorf("%q cannot be stored: %v", a.Title, err)
		}
		again := a
		if err := again.Clean(time.Now()); err != nil || !again.Same(&a) || again.GUID != a.GUID {
			t.Errorf("cleaned again, %+v is %+v, %v", a, again, err)
		}
	}
}

func TestParse_FieldsAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long ", 10_000)
	a := onlyArticle(t, "<rss><channel><item><title>"+long+"</title><link>https://e.example/"+strings.Repeat("x", bot.MaxURL)+"</link><description>"+long+
		"</description>"+strings.Repeat("<category>"+long+"</category>", 100)+strings.Repeat("<dc:creator>Ann Lee</dc:creator>", 100)+"</item></channel></rss>", nil)
	a.Source = "e"
	if err := a.Clean(time.Now()); err != nil {
		t.Fatal(err)
	}
	if len(a.Title) > bot.MaxTitle || len(a.Summary) > bot.MaxSummary || len(a.Tags) > bot.MaxTags || len(a.Authors) > bot.MaxAuthors || a.URL != "" {
		t.Errorf("%d bytes of title, %d of dek, %d tags, %d authors, address %q", len(a.Title), len(a.Summary), len(a.Tags), len(a.Authors), a.URL)
	}
	for _, tag := range a.Tags {
		if len(tag) > bot.MaxName {
			t.Errorf("tag of %d bytes", len(tag))
		}
	}
}

func TestParse_AnyEncoding(t *testing.T) {
	t.Parallel()
	const in = `<?xml version="1.0"?><rss><channel><item><title>대한민국 – été</title></item></channel></rss>`
	for name, encode := range map[string]func(string) (string, error){
		"UTF-16, big":              unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String,
		"UTF-16, little, unmarked": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String,
		"UTF-32, big":              utf32.UTF32(utf32.BigEndian, utf32.UseBOM).NewEncoder().String,
		"UTF-32, little, unmarked": utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM).NewEncoder().String,
	} {
		data, err := encode(in)
		if err != nil {
			t.Fatal(err)
		}
		if a := onlyArticle(t, data, nil); a.Title != "대한민국 – été" {
			t.Errorf("%s: title %q", name, a.Title)
		}
	}
}

// numbered returns which items of a document that items made were read, by their numbers.
func numbered(d *Document) map[int]bool {
	got := make(map[int]bool)
	for _, a := range d.Articles {
		var n int
		if _, err := fmt.Sscanf(a.Title, "Title %d", &n); err == nil {
			got[n] = true
		}
	}
	return got
}

func TestParse_ACutCostsTheTailAlone(t *testing.T) {
	t.Parallel()
	whole := newsroomFeed(4, 700)
	ends := []int{}
	for at := 0; ; {
		i := strings.Index(whole[at:], "</item>")
		if i < 0 {
			break
		}
		at += i + len("</item>")
		ends = append(ends, at)
	}
	for cut := range len(whole) {
		complete := 0
		for complete < len(ends) && ends[complete] <= cut {
			complete++
		}
		d, err := Parse([]byte(whole[:cut]), Meta{})
		switch {
		case err == nil && len(d.Articles) != complete:
			t.Errorf("cut at %d: %d articles, want %d", cut, len(d.Articles), complete)
		case err == nil && !d.Salvaged && cut < len(whole)-1:
			t.Errorf("cut at %d: not called salvaged", cut)
		case err != nil && complete > 0:
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
}

func TestParse_OneBadByteCostsTwoItemsAtMost(t *testing.T) {
	t.Parallel()
	whole := items(6, "")
	for at := strings.Index(whole, "<item>"); at < len(whole); at++ {
		for _, bad := range []byte{0, '<', '>', '&', '"', 'x', 0xff} {
			in := []byte(whole)
			in[at] = bad
			d, err := Parse(in, Meta{})
			if err != nil {
				t.Errorf("%q at %d: %v", bad, at, err)
				continue
			}
			if got := numbered(d); len(got) < 4 {
				t.Errorf("%q at %d (…%s): items %v", bad, at, in[max(0, at-20):min(len(in), at+20)], got)
			}
		}
	}
}

func TestParse_JSONFeedIsSalvagedToo(t *testing.T) {
	t.Parallel()
	const in = `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","title":"Title 1"},{"id":"2","title":"Title 2"},{"id":`
	d, err := Parse([]byte(in), Meta{})
	if err != nil || !d.Salvaged || len(d.Articles) != 2 || d.Title != "T" {
		t.Errorf("%+v, %v", d, err)
	}
}

func FuzzParse_Cut(f *testing.F) {
	whole := newsroomFeed(5, 800)
	f.Add(uint(1000), byte('<'), uint(2000))
	f.Add(uint(3000), byte(0), uint(1<<20))
	f.Fuzz(func(t *testing.T, at uint, b byte, cut uint) {
		in := []byte(whole)
		in[at%uint(len(in))] = b
		in = in[:min(uint(len(in)), cut)]
		begin := time.Now()
		d, err := Parse(in, Meta{})
		if err == nil && len(d.Articles) > 6 {
			t.Errorf("%d articles", len(d.Articles))
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("took %v", took)
		}
	})
}
