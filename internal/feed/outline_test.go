package feed

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestParseOPML_AcceptsWhatReadersWrite(t *testing.T) {
	t.Parallel()
	in := "\ufeff" + `<?xml version="1.0" encoding="UTF-8"?><!-- made by hand -->
<OPML version="1.1"><head><title>Mine &amp; yours</title></head><body>
<outline text="News" title="News">
 <outline text="Tide" title="Tide &#8211; Post" type="rss" xmlUrl="https://tide.example/feed?a=1&amp;b=2" htmlUrl="https://tide.example/"/>
 <outline text='Post' xmlurl='feed://post.example/rss'></outline>
</outline>
<outline text="Again" xmlUrl="https://tide.example/feed?a=1&amp;b=2"/>
<outline text="Bad" xmlUrl="javascript:alert(1)"/>
<outline text="Only a group"/>
</body></OPML>`
	got, err := ParseOPML([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	want := &Outline{
		Title: "Mine & yours",
		Feeds: []OutlineFeed{
			{Title: "Tide – Post", URL: "https://tide.example/feed?a=1&b=2", SiteURL: "https://tide.example/"},
			{Title: "Post", URL: "http://post.example/rss"},
		},
		Problems: []Problem{{8, `"Bad" has no http or https address`}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseOPML_IsBounded(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 2 * maxOutlines {
		fmt.Fprintf(&many, `<outline xmlUrl="https://e.example/%d"/>`, i)
	}
	o, err := ParseOPML([]byte("<opml><body>" + many.String() + "</body></opml>"))
	if err != nil || len(o.Feeds) != maxOutlines || len(o.Problems) != 1 {
		t.Errorf("%d feeds, %v, %v", len(o.Feeds), o.Problems, err)
	}
	for name, tt := range map[string]struct{ in, want string }{
		"nested": {"<opml>\n" + strings.Repeat("<outline>", maxOutlineDepth+1), "line 2: nests groups more than 20 deep"},
		"a feed": {items(1, ""), "isn't a list of feeds (OPML)"},
		"large":  {"<opml>" + strings.Repeat(" ", MaxSize), "is larger than 10 MiB"},
		"empty":  {"", "isn't a list of feeds (OPML)"},
	} {
		if _, err := ParseOPML([]byte(tt.in)); err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

func TestWriteOPML_IsReadBack(t *testing.T) {
	t.Parallel()
	want := &Outline{Title: `Mine & "yours" <x>`, Feeds: []OutlineFeed{
		{Title: "Tide & <Post>", URL: "https://tide.example/feed?a=1&b=2", SiteURL: "https://tide.example/"},
		{Title: "뉴스", URL: "https://post.example/"},
	}}
	var b bytes.Buffer
	if err := WriteOPML(&b, want); err != nil {
		t.Fatal(err)
	}
	got, err := ParseOPML(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, &b)
	}
}

func FuzzParseOPML(f *testing.F) {
	f.Add([]byte(`<opml><head><title>T</title></head><body><outline text="a" xmlUrl="https://e.example/"/></body></opml>`))
	f.Add([]byte(`<opml><outline><outline xmlUrl='feed:https://e.example/'>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := ParseOPML(data)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := WriteOPML(&b, first); err != nil {
			t.Fatal(err)
		}
		second, err := ParseOPML(b.Bytes())
		if err != nil || len(second.Feeds) != len(first.Feeds) {
			t.Errorf("%d feeds, then %+v, %v\n%s", len(first.Feeds), second, err, &b)
		}
	})
}

func TestReadFile_FollowsAListOfFeeds(t *testing.T) {
	t.Parallel()
	in := `<?xml version="1.0"?><opml><body><outline xmlUrl="https://e.example/1"/><outline xmlUrl="https://e.example/2"/></body></opml>`
	if _, _, err := readAll(in, Options{}); err == nil {
		t.Error("a list is accepted though nothing can follow it")
	}
	got, s, err := readAll(in, Options{Follow: func(feeds []OutlineFeed) (int, error) { return len(feeds) - 1, nil }})
	if err != nil || got != "" || s.Feeds != 1 || s.Format != "list of feeds" {
		t.Errorf("%q, %+v, %v", got, s, err)
	}
}

func TestDiscover_FindsTheFeedsOfAPage(t *testing.T) {
	t.Parallel()
	page := `<!DOCTYPE html><html><head><base href="/news/"><title>Tide</title>
<link rel="stylesheet" href="s.css">
<link rel="alternate" type="application/rss+xml" title="Tide &raquo; Comments Feed" href="https://tide.example/comments/feed/">
<link rel="alternate" type="application/rss+xml" title="Tide &raquo; Feed" href="feed/">
<LINK REL="Alternate" TYPE="application/atom+xml; charset=utf-8" HREF="https://tide.example/atom">
<link rel="alternate" type="application/json" href="https://tide.example/wp-json/wp/v2/pages/7">
<link rel="alternate" hreflang="ko" href="https://tide.example/ko">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="feed" href="feed://tide.example/old"><link rel="alternate" type="application/rss+xml" href="feed/">
</head><body>`
	got := ReadPage(page, "https://tide.example/start").Feeds
	want := []bot.FeedLink{
		{URL: "https://tide.example/news/feed/", Title: "Tide » Feed"},
		{URL: "https://tide.example/atom"},
		{URL: "http://tide.example/old"},
		{URL: "https://tide.example/comments/feed/", Title: "Tide » Comments Feed"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDiscover_IsBounded(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"<link rel=alternate type=text/xml href=", "<link rel=feed href=%d>", "<", "<!--"} {
		var page strings.Builder
		for i := range 100_000 {
			page.WriteString(strings.ReplaceAll(s, "%d", fmt.Sprint(i)))
		}
		if got := ReadPage(page.String(), "https://e.example/").Feeds; len(got) > maxCandidates {
			t.Errorf("%s: %d candidates", s, len(got))
		}
	}
}

func TestLooksLikePage_DistinguishesPagesFromFeeds(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"<!DOCTYPE html>\n<html>": true,
		"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>": true,
		"<!-- x --><head><link>": true,
		rss20:                    false,
		"<rss><channel><item><description><![CDATA[<html>]]>": false,
		`{"a":"<html>"}`: false,
		"":               false,
	} {
		if got := IsPage(in); got != want {
			t.Errorf("IsPage(%.40q) = %t", in, got)
		}
	}
}

func FuzzReadPage(f *testing.F) {
	for _, s := range []string{
		"<html>", `<link rel=feed href=/x>`, `<base href="//h"><a href="feed:x">`, `<meta http-equiv=refresh content="0;url='/x'">`, `<meta http-equiv=refresh content="0,,">`,
		`<a type=text/xml href="%zz">`, "<link rel=feed href=\"\xff\">",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		page := ReadPage(s, "https://e.example/a/")
		for _, link := range append(page.Feeds, bot.FeedLink{URL: page.Next}) {
			if link.URL != "" && bot.CleanURL(link.URL) == "" {
				t.Errorf("ReadPage(%q) leads to %q", s, link.URL)
			}
		}
		if len(page.Feeds) > maxCandidates || len(Posts(page.Feeds)) > len(page.Feeds) {
			t.Errorf("ReadPage(%q) has %d feeds", s, len(page.Feeds))
		}
	})
}
