package filter

import "testing"

func TestMatch_FindsAnySourceOfAnArticle(t *testing.T) {
	d := NewDocument(Fields{Title: "One", Source: "wire", OtherSources: []string{"NK-News", "desk"}})
	for text, want := range map[string]bool{
		"source:wire": true, "source:nk-news": true, "source:desk": true, "source:de*": true, "source:/^desk$/": true,
		"source:nk": false, "-source:desk": false, "source:wiredesk": false,
	} {
		f, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Match(d); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
		s := NewSet()
		s.Put(1, f)
		found := false
		s.Match(d, func(int64) { found = true })
		if found != want {
			t.Errorf("%s in a set: %v, want %v", text, found, want)
		}
	}
}
