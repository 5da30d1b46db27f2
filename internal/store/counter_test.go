package store

import "testing"

func TestWithoutCounts_RemovesOnlyReaderCounts(t *testing.T) {
	for text, want := range map[string]string{
		"Mill reopens (12 comments)":                "Mill reopens",
		"Mill reopens [1,204 views]":                "Mill reopens",
		"Mill reopens · 3 Kommentare · 41 Aufrufe":  "Mill reopens",
		"Points: 7 # Comments: 3":                   "",
		"The owner is glad. 1.2k views":             "The owner is glad.",
		"공장 다시 연다 댓글 12":                            "공장 다시 연다",
		"Mill reopens after 12 years":               "Mill reopens after 12 years",
		"Bill passes by 52 votes":                   "Bill passes by 52 votes",
		"Index falls 500 points":                    "Index falls 500 points",
		"Views of the old mill, part 3":             "Views of the old mill, part 3",
		"12 comments that changed the mill forever": "12 comments that changed the mill forever",
		"": "",
	} {
		if got := withoutCounts(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
