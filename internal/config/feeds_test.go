package config

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFeeds_AreNamedAfterTheirHosts(t *testing.T) {
	tests := []struct{ url, name string }{
		{"https://www.nknews.org/feed", "nknews"},
		{"https://FEEDS.BBCI.co.uk/news/rss.xml", "bbci"},
		{"https://alice.github.io/feed.xml", "alice"},
		{"http://127.0.0.1:8081/a?x=1", "127-0-0-1"},
		{"http://[::1]:8081/", "1"},
		{"http://localhost/", "localhost"},
		{"http://feeds_internal/", "feeds-internal"},
		{"https://뉴스.한국/rss", "xn--vg1b002a"},
		{"https://example.com./", "example"},
		{"https://" + strings.Repeat("long", 10) + ".org/", strings.Repeat("long", 8)},
	}
	for _, tt := range tests {
		got := mustLoad(t, "FEEDS="+tt.url).Feeds
		if diff := cmp.Diff([]Feed{{Name: tt.name, URL: tt.url}}, got); diff != "" {
			t.Errorf("%s is named %q, want %q", tt.url, got[0].Name, tt.name)
		}
	}
}

func TestFeeds_HaveUniqueNamesAndGivenOnesGoFirst(t *testing.T) {
	long := strings.Repeat("long", 8)
	got := mustLoad(t, "FEEDS=https://a.example/1,https://b.example/2,https://a.example/3,a=https://c.example/4,"+
		"a-2=https://c.example/5,https://"+long+".org/1,https://"+long+".org/2").Feeds
	var names []string
	for _, f := range got {
		names = append(names, f.Name)
	}
	want := []string{"a-3", "b", "a-4", "a", "a-2", long, long[:30] + "-2"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

// FuzzFeeds holds whatever is accepted to the promises of Feed.
func FuzzFeeds(f *testing.F) {
	f.Add("https://a.example/?x=1, name=http://b.example ,,c")
	f.Add("a=https://xn--a.example,https://[::1]:1/,https://../")
	f.Fuzz(func(t *testing.T, value string) {
		var wrong faults
		got := feeds(value, wrong.of("FEEDS"))
		names, urls := map[string]bool{}, map[string]bool{}
		for _, feed := range got {
			if !regexp.MustCompile(`^[a-z0-9-]{1,32}$`).MatchString(feed.Name) {
				t.Errorf("feeds(%q) gives the name %q", value, feed.Name)
			}
			if names[feed.Name] || urls[feed.URL] {
				t.Errorf("feeds(%q) gives %q or its URL twice", value, feed.Name)
			}
			names[feed.Name], urls[feed.URL] = true, true
		}
		if len(got)+len(wrong.list) != len(entries(value)) {
			t.Errorf("feeds(%q): %d entries became %d feeds and %d faults", value, len(entries(value)), len(got), len(wrong.list))
		}
	})
}
