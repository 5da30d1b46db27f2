package feed

import (
	"runtime"
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

// TestParse_ALargeDocumentIsCopiedOnce runs alone, so that what is allocated is the parser's.
func TestParse_ALargeDocumentIsCopiedOnce(t *testing.T) {
	for name, in := range map[string]string{
		"each byte becomes two": "<rss><channel><item><title>" + strings.Repeat("\xff", MaxSize-100),
		"each two become three": "\xff\xfe<\x00r\x00s\x00s\x00>\x00" + strings.Repeat("\xac\x4e", MaxSize/2-100),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := ParseString(in, Meta{})
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; err == nil || took > MaxSize+MaxSize/4 {
			t.Errorf("%s: took %d bytes for a document of %d, with %v", name, took, len(in), err)
		}
	}
}
