package config

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFeeds_KeepTheirOrderAndGivenNames(t *testing.T) {
	got := mustLoad(t, "FEEDS=https://b.example/1?x=1,wire=https://a.example/2, https://c.example/3").Feeds
	want := []Feed{{URL: "https://b.example/1?x=1"}, {Name: "wire", URL: "https://a.example/2"}, {URL: "https://c.example/3"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("feeds (-want +got):\n%s", diff)
	}
}

// FuzzFeeds checks whatever is accepted against the promises of Feed.
func FuzzFeeds(f *testing.F) {
	f.Add("https://a.example/?x=1, name=http://b.example ,,c")
	f.Add("a=https://xn--a.example,https://[::1]:1/,https://../")
	f.Fuzz(func(t *testing.T, value string) {
		var wrong faults
		got := feeds(value, wrong.of("FEEDS"))
		names, urls := map[string]bool{}, map[string]bool{}
		for _, feed := range got {
			if !regexp.MustCompile(`^[a-z0-9-]{0,32}$`).MatchString(feed.Name) {
				t.Errorf("feeds(%q) gives the name %q", value, feed.Name)
			}
			if feed.Name != "" && names[feed.Name] || urls[feed.URL] {
				t.Errorf("feeds(%q) gives %q or its URL twice", value, feed.Name)
			}
			names[feed.Name], urls[feed.URL] = true, true
		}
		if len(got)+len(wrong.list) != len(entries(value)) {
			t.Errorf("feeds(%q): %d entries became %d feeds and %d faults", value, len(entries(value)), len(got), len(wrong.list))
		}
	})
}
