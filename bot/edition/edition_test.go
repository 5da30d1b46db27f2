package edition

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func day(hour int) time.Time { return time.Date(2021, 1, 20, hour, 0, 0, 0, time.UTC) }

func TestText_IsInTheMannerOfANewsletter(t *testing.T) {
	seoul, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	story := &bot.Article{
		Source: "nknews", Outlet: "NK News", Title: "Kim Jong Un absent", Summary: "Leaders ironed out finer details", URL: "https://nk.example/1",
		Authors: []string{"Kelly Kasulis", "Won-Gi Jung"}, Published: day(22),
	}
	bare := &bot.Article{Source: "wire", Title: "Anthem", Summary: "Anthem", Published: day(3)}
	gone := &bot.Article{Source: "wire", Title: "A secret", Summary: "Of a story", Status: bot.Withdrawn, Published: day(1)}
	quiet := bot.Settings{Quiet: bot.Quiet{From: 22 * 60, To: 7 * 60}, Limit: bot.Limit{Hour: 10}}
	for _, test := range []struct {
		name    string
		edition Edition
		want    string
	}{
		{
			"digest",
			Edition{Form: Digest, Entries: []Entry{{Article: story}, {Article: bare}}, First: true, Due: day(23)},
			"January 21, 2021\nLatest news from " + story.From() + " and wire\n\nKim Jong Un absent\nLeaders ironed out finer details\n" +
				"Kelly Kasulis | Won-Gi Jung January 21, 2021\n\nAnthem\nJanuary 20, 2021",
		},
		{
			"its last message",
			Edition{Form: Digest, Entries: []Entry{{Article: gone, Level: bot.Flash}, {Article: bare, Level: bot.Urgent}}, Due: day(23), Rest: 14},
			"January 21, 2021, continued\n\nWithdrawn by the source\nwire\n\n🟠 URGENT: Anthem\nJanuary 20, 2021\n\n+14 more",
		},
		{
			"quiet hours",
			Edition{Entries: []Entry{{Article: bare, Level: bot.Flash}}, Wait: bot.ForQuietEnd, Settings: quiet},
			"While it was quiet (22:00–07:00):\n\n🔴 FLASH: Anthem\nwire · 20 Jan 2021, 12:00 KST",
		},
		{"weekend", Edition{Wait: bot.ForQuietEnd}, "While it was quiet:"},
		{"pause", Edition{Wait: bot.ForPauseEnd}, "During the pause:"},
		{"limit", Edition{Wait: bot.ForLimit, Settings: quiet}, "Over the limit of 10 an hour:"},
		{"limit of a day", Edition{Wait: bot.ForLimit, Settings: bot.Settings{Limit: bot.Limit{Day: 3}}}, "Over the limit of 3 a day:"},
		{"limit that is gone", Edition{Wait: bot.ForLimit}, "These alerts had to wait:"},
		{"late", Edition{}, "These alerts had to wait:"},
		{"bulk update", Edition{Bulk: "wire"}, "Bulk update from wire:"},
	} {
		if diff := cmp.Diff(test.want, test.edition.Text(seoul).String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestChoose_PrefersWhatMattersMore(t *testing.T) {
	var list []Entry
	for i := range 6 {
		list = append(list, Entry{ID: int64(i), Article: &bot.Article{Published: day(i)}})
	}
	list[0].Level = bot.Urgent
	list[1].Article.OtherSources = []string{"gazette", "courier"}
	list[5].Level = bot.Low
	ids := func(list []Entry) (ids []int64) {
		for _, e := range list {
			ids = append(ids, e.ID)
		}
		return ids
	}
	shown, rest := Choose(list, 3)
	if got, want := [][]int64{ids(shown), ids(rest)}, [][]int64{{4, 1, 0}, {5, 3, 2}}; !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("shown and counted: %v, want %v", got, want)
	}
	if shown, rest := Choose(list, 10); len(shown) != 6 || len(rest) != 0 || shown[0].ID != 5 {
		t.Errorf("shown %v, counted %v, want all", ids(shown), ids(rest))
	}
}

// room is what every platform takes as text, in UTF-16 units.
const room = 2000

// written returns how long a text is with its addresses, with a backslash before each mark.
func written(t bot.Text) (n int) {
	for _, s := range t {
		n += units(s.Text) + len(s.Link)
		if s.Link != "" {
			n += len("**[](<>)**")
		}
		if !s.Time.IsZero() {
			n += len("<t:1700000000:f>")
		}
	}
	return n
}

func FuzzDivide(f *testing.F) {
	f.Add("Title", "Dek", "https://wire.example/1", "Ann Lee", 3)
	f.Add(strings.Repeat("*", 500), strings.Repeat("한국", 300), "https://wire.example/"+strings.Repeat("x", 170), strings.Repeat("_", 90), 12)
	f.Add("", "\x00\n\n", "", "", 0)
	f.Fuzz(func(t *testing.T, title, dek, url, author string, n int) {
		var list []Entry
		for i := range min(max(n, 0), 40) {
			a := &bot.Article{Source: "wire", Title: title + fmt.Sprint(i), Summary: dek, URL: url, Authors: []string{author, author}, Published: day(i % 24)}
			list = append(list, Entry{ID: int64(i), Article: a, Level: bot.Level(i%4 - 1)})
		}
		for _, form := range []Form{Digest, List} {
			at := 0
			for i, count := range Divide(list, form) {
				e := Edition{Form: form, First: i == 0, Due: day(8), Wait: bot.ForQuietEnd, Rest: 14}
				e.Entries = list[at : at+count]
				if size := written(e.Text(time.UTC)); size > room {
					t.Errorf("a message with %d articles may take %d units", count, size)
				}
				at += count
			}
			if at != len(list) {
				t.Errorf("%d of %d articles are in messages", at, len(list))
			}
		}
	})
}
