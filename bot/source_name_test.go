package bot

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSourceName_IsShortAndTypable(t *testing.T) {
	for in, want := range map[string]string{
		"https://www.nknews.org/feed/":                    "nknews",
		"https://FEEDS.BBCI.co.uk/news/rss.xml":           "bbci",
		"https://desk.example.co.kr:8443/rss":             "example",
		"https://alice.github.io/feed.xml":                "github",
		"https://뉴스.한국/rss":                               "xn-vg1b002a",
		"https://example.com./":                           "example",
		"http://127.0.0.1:8080/feed":                      "127-0-0-1",
		"http://[::1]:8081/":                              "1",
		"http://feeds_internal/":                          "feeds-internal",
		"https://" + strings.Repeat("long", 10) + ".org/": strings.Repeat("long", 8),
		"news/Asia Desk (old).jsonl":                      "asia-desk-old",
		strings.Repeat("long ", 20) + ".xml":              "long-long-long-long-long-long-lo",
		"-":                                               "",
		"":                                                "",
		"뉴스.xml":                                          "",
	} {
		if got := SourceName(in); got != want {
			t.Errorf("SourceName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFreeSourceName_NumbersNamesInUse(t *testing.T) {
	long := strings.Repeat("long", 8)
	taken := map[string]bool{"a": true, "a-2": true, long: true}
	var got []string
	for _, s := range []string{"https://a.example/", "https://b.example/", "https://" + long + ".org/", "-"} {
		got = append(got, FreeSourceName(s, func(name string) bool { return taken[name] }))
	}
	if diff := cmp.Diff([]string{"a-3", "b", long[:30] + "-2", "feed"}, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestFeedName_IsTheTitlesUnlessThatSaysNothing(t *testing.T) {
	const address = "https://feeds.kestrel.example/rss"
	for title, want := range map[string]string{
		"Kestrel Wire": "kestrel-wire",
		"":             "kestrel",
		"RSS Feed":     "kestrel",
		"AP":           "kestrel",
		"뉴스":           "kestrel",
		"The Kestrel Wire: all the news of the harbor": "the-kestrel-wire-all-the-news",
		"The Kestrel Wire, all the newspapers of it":   "the-kestrel-wire-all-the",
	} {
		if got := FeedName(title, address); got != want {
			t.Errorf("FeedName(%q) = %q, want %q", title, got, want)
		}
	}
}

func TestBeginsWithAddress_KnowsWhatPeoplePaste(t *testing.T) {
	for text, want := range map[string]bool{
		"https://example.com/feed": true, " HTTP://example.com missile": true, "www.example.com": true, "https://example.com\nhttps://example.org": true,
		"example.com": false, "see https://example.com": false, "https://": false, "www": false, "": false, "ftp://example.com": false,
	} {
		if got := BeginsWithAddress(text); got != want {
			t.Errorf("BeginsWithAddress(%q) = %v", text, got)
		}
	}
}

func TestIsSourceName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"kestrel-wire": true, "7am": true, strings.Repeat("a", MaxSourceName): true, strings.Repeat("a", MaxSourceName+1): false,
		"": false, "-drill": false, "Kestrel": false, "kestrel wire": false, "k.wire": false, "ké": false, "a:b": false,
	} {
		if got := IsSourceName(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}
