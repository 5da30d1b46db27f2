package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

// listed returns sources in every state.
func listed(now time.Time) []bot.Source {
	feed := func(name, title string, f bot.FetchState) bot.Source {
		f.LastTry = now.Add(-time.Minute)
		return bot.Source{ID: name, Name: name, Title: title, Kind: bot.FeedSource, URL: "https://" + name + ".example/?key=hunter2", Fetch: f}
	}
	kestrel := feed("kestrel-wire", "Kestrel Wire", bot.FetchState{LastSuccess: now.Add(-time.Minute), Next: now.Add(4 * time.Minute)})
	kestrel.Interval, kestrel.HasLogin = 15*time.Minute, true
	paused := feed("gazette", "The Gazette", bot.FetchState{LastSuccess: now.Add(-50 * time.Hour), Failures: 2, Error: "it failed"})
	paused.Paused = now.Add(-time.Hour)
	theirs := feed("places.1.f00d", "연합뉴스 북한 뉴스", bot.FetchState{LastSuccess: now.Add(-3 * time.Hour)})
	theirs.Name, theirs.Place = "yonhap", "discord:12"
	return []bot.Source{
		kestrel, paused, theirs,
		{ID: "desk", Name: "desk", Kind: bot.ImportSource, Articles: 12},
		feed("wire", "The Wire", bot.FetchState{
			LastSuccess: now.Add(-5 * time.Hour), Failures: 4, Error: "the server answered 503", Next: now.Add(9 * time.Minute),
			Memory: bot.FetchMemory{Advice: "Nothing to do here: the site has to fix it."},
		}),
	}
}

func TestSources_AreALineEach(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 7, 0, 0, 0, time.UTC)
	counts := func(id string) sourceCounts {
		return map[string]sourceCounts{"kestrel-wire": {recent: 41}, "desk": {recent: 1, onHold: 30}}[id]
	}
	for width, want := range map[int]string{
		80: `SOURCE         STATE    ARTICLES  A WEEK  READ  DETAIL
kestrel-wire   ok              0      10   60s  Kestrel Wire · every 15m · logs…
gazette        paused          0            2d  The Gazette
places.1.f00d  ok              0            3h  yonhap of discord:12 · 연합뉴스…
desk           ok             12      <1        30 on hold · read from files
wire           failing         0            5h  the server answered 503 · Nothi…
`,
		120: `SOURCE         STATE    ARTICLES  A WEEK  READ  NEXT  DETAIL
kestrel-wire   ok              0      10   60s    4m  Kestrel Wire · every 15m · logs in
gazette        paused          0            2d        The Gazette
places.1.f00d  ok              0            3h        yonhap of discord:12 · 연합뉴스 북한 뉴스
desk           ok             12      <1              30 on hold · read from files
wire           failing         0            5h    9m  the server answered 503 · Nothing to do here: the site has to fix…
`,
	} {
		var out bytes.Buffer
		if err := sourceTable(listed(now), counts, now).write(&out, screen{width: width}); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); got != want {
			t.Errorf("%d columns:\n%s\nwant\n%s", width, got, want)
		}
		fits(t, out.String(), width)
	}
}

func TestSources_ListsThoseThatFailFirst(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := newSourceTool(t)
	for _, src := range listed(now) {
		fetch := src.Fetch
		if err := s.db.AddSource(t.Context(), src); err != nil {
			t.Fatal(err)
		}
		if src.Place != "" || src.Kind != bot.FeedSource {
			continue
		}
		if err := s.db.SaveFetch(t.Context(), src.ID, "", fetch); err != nil {
			t.Fatal(err)
		}
	}
	s.do("pause gazette", "")
	order := func(out string) (names []string) {
		for line := range strings.Lines(out) {
			names = append(names, strings.Fields(line)[0])
		}
		return names
	}
	got := order(s.do("", ""))
	if len(got) != 6 || got[1] != "wire" || got[2] != "gazette" || got[3] != "desk" {
		t.Errorf("order %v", got)
	}
	if got := order(s.do("--failing", "")); len(got) != 2 || got[1] != "wire" {
		t.Errorf("failing: %v", got)
	}
	if out := s.do("", "") + s.do("--failing --json", ""); strings.Count(out, "hunter2") != 1 {
		t.Errorf("addresses are for --json alone:\n%s", out)
	}
}
