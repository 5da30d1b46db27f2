package feed

import (
	"strings"
	"testing"
	"unsafe"
)

func TestParse_ArticlesDoNotKeepALargeDocument(t *testing.T) {
	t.Parallel()
	text := "<rss><channel><item><title>A long headline in plain words</title></item></channel></rss>" +
		strings.Repeat(" ", largeDocument)
	d, err := ParseString(text, Meta{})
	if err != nil || len(d.Articles) != 1 {
		t.Fatalf("%+v, %v", d, err)
	}
	if within(text, d.Articles[0].Title) {
		t.Error("the title is a part of the document")
	}
}

// within reports whether a string shares the memory of another.
func within(whole, part string) bool {
	begin := uintptr(unsafe.Pointer(unsafe.StringData(whole)))
	at := uintptr(unsafe.Pointer(unsafe.StringData(part)))
	return at >= begin && at < begin+uintptr(len(whole))
}
