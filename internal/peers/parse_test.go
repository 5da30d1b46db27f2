package peers

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/mmcdole/gofeed"
	"tidings/internal/feed"
)

// TestParse parses one document.
func TestParse(t *testing.T) {
	const items = 20
	document := []byte(rss(items, 6320))
	list := []contender{
		{"Tidings (internal/feed)", func(t testing.TB) {
			if d, err := feed.Parse(document, feed.Meta{URL: "https://tide.example/feed"}); err != nil || len(d.Articles) != items {
				t.Fatal(d, err)
			}
		}},
		{"gofeed", func(t testing.TB) {
			if d, err := gofeed.NewParser().Parse(bytes.NewReader(document)); err != nil || len(d.Items) != items {
				t.Fatal(d, err)
			}
		}},
		{"encoding/xml, its tokens alone", func(t testing.TB) {
			for d := xml.NewDecoder(bytes.NewReader(document)); ; {
				_, err := d.RawToken()
				if errors.Is(err, io.EOF) {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}},
	}
	took := race(t, list)
	var rows [][]string
	for i, c := range list {
		rows = append(rows, []string{c.name, ratio(took[i], took[0]), short(took[i])})
	}
	table(fmt.Sprintf("Parsing an RSS document of %d items and %d kB. Ours also makes text of the HTML; gofeed leaves that as it is.",
		items, len(document)/1000), []string{"", "ours = 1", "here"}, rows)
}
