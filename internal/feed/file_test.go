package feed

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func fixedNow() time.Time { return time.Date(2024, 3, 9, 12, 0, 0, 0, time.UTC) }

// readAll reads a file and returns its articles as they are stored, one a line, as "source: title (day)".
func readAll(in string, o Options) (string, Summary, error) {
	var got []string
	s, err := ReadFile(strings.NewReader(in), o, func(batch []bot.Article) error {
		for _, a := range batch {
			if err := a.Clean(fixedNow()); err != nil {
				return fmt.Errorf("cannot be stored: %w", err)
			}
			got = append(got, fmt.Sprintf("%s: %s (%s)", a.Source, a.Title, a.Published.Format(time.DateOnly)))
		}
		return nil
	})
	return strings.Join(got, "\n"), s, err
}

func TestReadFile_DetectsTheFormat(t *testing.T) {
	t.Parallel()
	text := func(r io.Reader) ([]bot.Article, []Problem, error) {
		data, err := io.ReadAll(r)
		day := time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)
		return []bot.Article{
			{Title: string(data), Published: day, DateOnly: true},
			{Title: "B", Published: day, DateOnly: true},
		}, []Problem{{3, "odd"}}, err
	}
	atom := `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><link href="https://www.tide.co.kr/"/>
		<entry><id>2</id><title>B</title><updated>2024-03-06T00:00:00Z</updated></entry>
		<entry><id>1</id><title>A</title><updated>2024-03-05T00:00:00Z</updated></entry></feed>`
	tests := []struct {
		name, in string
		options  Options
		format   string
		want     string
	}{
		{"feed", atom, Options{Name: "x.xml"}, "feed", "tide: A (2024-03-05)\ntide: B (2024-03-06)"},
		{"feed, source given", atom, Options{Source: "mine"}, "feed", "mine: A (2024-03-05)\nmine: B (2024-03-06)"},
		{"feed without a site", items(1, ""), Options{Name: "news/My Feed.xml"}, "feed", "my-feed: Title 0 (2024-03-09)"},
		{"feed from standard input", items(1, ""), Options{Name: "-"}, "feed", "import: Title 0 (2024-03-09)"},
		{
			"JSON Feed on one line",
			`{"version":"https://jsonfeed.org/version/1","home_page_url":"https://tide.example","items":[{"id":"1","title":"A"}]}`,
			Options{},
			"feed", "tide: A (2024-03-09)",
		},
		{
			"JSON Feed on many lines",
			"{\n\"version\":\n\"https://jsonfeed.org/version/1\",\n\"items\":[{\"id\":\"1\",\"title\":\"A\"}]}",
			Options{Name: "f.json"},
			"feed", "f: A (2024-03-09)",
		},
		{
			"JSON Lines",
			"\ufeff" + `{"title":"About https://jsonfeed.org/version/1","published":"2024-03-05"}` + "\r\n\n" + `{"title":"B","source":"own","published":"2024-03-06T00:00:00Z"}`,
			Options{Name: "wire.jsonl"},
			"JSON Lines", "wire: About https://jsonfeed.org/version/1 (2024-03-05)\nown: B (2024-03-06)",
		},
		{"digest", "A", Options{Text: text}, "digest", "digest: B (2024-03-05)\ndigest: A (2024-03-05)"},
		{"digest, source given", "A", Options{Text: text, Source: "desk"}, "digest", "desk: B (2024-03-05)\ndesk: A (2024-03-05)"},
	}
	for _, tt := range tests {
		got, s, err := readAll(tt.in, tt.options)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || s.Format != tt.format || s.Articles != strings.Count(got, "\n")+1 {
			t.Errorf("%s: %+v (-want +got):\n%s", tt.name, s, diff)
		}
	}
}

func TestReadFile_ContinuesAfterABrokenLine(t *testing.T) {
	t.Parallel()
	in := strings.Join([]string{
		`{"title":"A","mood":"good"}`,
		`{"title":`,
		`{"title":"B","urgency":99}`,
		`{"title":"` + strings.Repeat("x", maxLine) + `"}`,
		`not JSON`,
		"{\"title\":\"\u200b\"}",
		`{"title":"C"}`,
	}, "\n")
	got, s, err := readAll(in, Options{Name: "w"})
	if err != nil || got != "w: A (2024-03-09)\nw: C (2024-03-09)" {
		t.Errorf("got %q, %v", got, err)
	}
	want := Summary{Format: "JSON Lines", Articles: 2, Skipped: 5, Problems: []Problem{
		{1, `unknown field "mood" is passed over`},
		{2, "is broken JSON at byte 9: unexpected end of JSON input"},
		{3, "urgency: must be a whole number from 1, a flash, to 9, not 99"},
		{4, "is longer than 1 MiB"},
		{5, "is broken JSON at byte 2: invalid character 'o' in literal null (expecting 'u')"},
		{6, "title: is missing"},
	}}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := s.Problems[1].String(); got != "line 2: "+s.Problems[1].Reason {
		t.Errorf("problem reads %q", got)
	}
}

func TestReadFile_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":              "is empty",
		" \n":           "is empty",
		`[{"title":1}]`: "is a JSON list; put each article on a line of its own, without brackets and commas",
		"Dear reader":   "is neither a feed nor JSON Lines",
		"<html></html>": "is a web page, not a feed",
	} {
		if _, _, err := readAll(in, Options{}); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

func TestReadFile_StopsWhenStoringFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk full")
	calls := 0
	r := strings.NewReader(strings.Repeat(`{"title":"A"}`+"\n", 3*batchSize))
	s, err := ReadFile(r, Options{Name: "w"}, func([]bot.Article) error {
		if calls++; calls == 2 {
			return broken
		}
		return nil
	})
	if !errors.Is(err, broken) || calls != 2 || s.Articles != batchSize {
		t.Errorf("%d calls, %d articles, %v", calls, s.Articles, err)
	}
}

func TestReadFile_KeepsOneBatchOfALongFileInMemory(t *testing.T) {
	t.Parallel()
	const lines = 20_000
	r, w := io.Pipe()
	go func() {
		out := bufio.NewWriter(w)
		for i := range lines {
			fmt.Fprintf(out, "{\"title\":\"Title %d\"}\n", i)
		}
		w.CloseWithError(out.Flush()) // nil means the end
	}()
	biggest := 0
	s, err := ReadFile(r, Options{Name: "w"}, func(batch []bot.Article) error {
		biggest = max(biggest, len(batch))
		return nil
	})
	if err != nil || s.Articles != lines || biggest != batchSize {
		t.Errorf("%d articles, biggest batch %d, %v", s.Articles, biggest, err)
	}
}

func TestReadFile_BoundsItsProblems(t *testing.T) {
	t.Parallel()
	_, s, err := readAll(strings.Repeat("{x\n", maxProblems+5), Options{})
	if err != nil || len(s.Problems) != maxProblems || s.Skipped != maxProblems+5 {
		t.Errorf("%d problems, %d skipped, %v", len(s.Problems), s.Skipped, err)
	}
}
