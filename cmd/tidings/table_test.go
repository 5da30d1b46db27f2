package main

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rivo/uniseg"
)

func TestFit_LeavesOutAndCutsWhatMattersLeast(t *testing.T) {
	t.Parallel()
	columns := []column{{head: "A"}, {head: "B", extra: 1}, {head: "C", extra: 2}, {head: "D", flexible: true}}
	for _, tt := range []struct {
		natural []int
		screen  int
		want    []int
	}{
		{[]int{10, 5, 5, 30}, 80, []int{10, 5, 5, 30}}, // all fits
		{[]int{10, 5, 5, 90}, 80, []int{10, 5, 5, 54}}, // the last gets what is left
		{[]int{30, 9, 9, 90}, 80, []int{30, 9, 0, 37}}, // one goes
		{[]int{45, 9, 9, 90}, 80, []int{45, 0, 0, 33}}, // both go
		{[]int{90, 9, 9, 90}, 80, []int{62, 0, 0, 16}}, // the widest is cut
		{[]int{9, 4, 4, 0}, 16, []int{9, 4, 0, 1}},     // an empty one needs no room
	} {
		if got := fit(columns, tt.natural, tt.screen); !slices.Equal(got, tt.want) {
			t.Errorf("%v on %d: %v, want %v", tt.natural, tt.screen, got, tt.want)
		}
	}
}

func FuzzTable_FitsTheScreen(f *testing.F) {
	f.Add("kestrel-wire", "failing", "the server says \x1b[31mno", 80)
	f.Add("한국어 뉴스", "ok", "👩‍👩‍👧‍👦 미사일\n", 41)
	f.Fuzz(func(t *testing.T, a, b, c string, width int) {
		if width < minWidth || width > 1000 {
			return
		}
		tb := table{columns: []column{{head: "NAME"}, {head: "N", right: true, extra: 1}, {head: "TEXT", flexible: true}}}
		tb.add(cell{a, bad}, cell{b, plain}, cell{c, faint})
		var out strings.Builder
		if err := tb.write(&out, screen{width: width}); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(out.String(), "\n"); n != 2 {
			t.Errorf("%d lines: %q", n, out.String())
		}
		for line := range strings.Lines(out.String()) {
			line = strings.TrimSuffix(line, "\n")
			if w := uniseg.StringWidth(line); w > width || strings.ContainsAny(line, "\x1b\r\n") {
				t.Errorf("%d columns of %d: %q", w, width, line)
			}
		}
	})
}

func TestTable_IsAsWideAsTheScreen(t *testing.T) {
	t.Parallel()
	tb := table{columns: []column{{head: "NAME"}, {head: "ARTICLES", right: true}, {head: "DETAIL", flexible: true}}}
	tb.add(cell{"wire", plain}, cell{"7", plain}, cell{"", plain})
	tb.add(cell{"미사일", bad}, cell{"1200", plain}, cell{strings.Repeat("word ", 8), plain})
	var out strings.Builder
	if err := tb.write(&out, screen{width: 40}); err != nil {
		t.Fatal(err)
	}
	const want = "" +
		"NAME    ARTICLES  DETAIL\n" +
		"wire           7\n" +
		"미사일      1200  word word word word w…\n"
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	out.Reset()
	if err := tb.write(&out, screen{width: 40, color: true}); err != nil || !strings.Contains(out.String(), "\x1b[31m미사일\x1b[0m ") {
		t.Errorf("in color: %q, %v", out.String(), err)
	}
}

func TestScreen_IsAsWideAsItSays(t *testing.T) {
	t.Parallel()
	file, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for environ, want := range map[string]int{"": pipeWidth, "COLUMNS=80": 80, "COLUMNS=3": minWidth, "COLUMNS=wide": pipeWidth} {
		p := &program{environ: []string{environ}}
		if got := p.screen(file); got.width != want || got.color {
			t.Errorf("%q: %+v, want %d columns without color", environ, got, want)
		}
	}
}

func TestAge_IsShort(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 7, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		0: "0s", 119 * time.Second: "119s", 2 * time.Minute: "2m", -90 * time.Minute: "90m", 47 * time.Hour: "47h", 100 * 24 * time.Hour: "100d",
	} {
		if got := shortAge(now, now.Add(-d)); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	if got := shortAge(now, time.Time{}); got != "" {
		t.Errorf("never: %q", got)
	}
}

// fits checks that no line is wider than a screen.
func fits(t *testing.T, text string, width int) {
	t.Helper()
	for line := range strings.Lines(text) {
		if w := uniseg.StringWidth(strings.TrimSuffix(line, "\n")); w > width {
			t.Errorf("%d columns of %d: %q", w, width, line)
		}
	}
}
