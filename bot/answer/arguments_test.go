package answer

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestParseLine_SplitsArguments(t *testing.T) {
	table := (&Handler{now: time.Now, zone: time.UTC}).table()
	tests := []struct {
		command, line string
		want          map[string]string
		wantErr       string
	}{
		{"latest", "", map[string]string{}, ""},
		{"latest", "missile 5", map[string]string{"filter": "missile", "count": "5"}, ""},
		{"latest", "7", map[string]string{"count": "7"}, ""},
		{"latest", "covid 19", map[string]string{"filter": "covid 19"}, ""},
		{"latest", "  moon\n OR yoon ", map[string]string{"filter": "moon\n OR yoon"}, ""},
		{"search", "", nil, "filter is missing"},
		{"filter", "set 2 missile -drill", map[string]string{"number": "2", "filter": "missile -drill"}, ""},
		{"filter", "set #2 7", map[string]string{"number": "#2", "filter": "7"}, ""},
		{"filter", "set missile", nil, "must be a whole number"},
		{"filter", "set 2", nil, "filter is missing"},
		{"filter", "clear 1 2", nil, "don't know what to do with"},
		{"unsubscribe", "", map[string]string{}, ""},
		{"latest", "50", nil, "from 1 to 10, not “50”. To look for the number, put it in quotes"},
		{"latest", "missile 50", map[string]string{"filter": "missile 50"}, ""},
		{"latest", `"50"`, map[string]string{"filter": `"50"`}, ""},
		{"search", "911", map[string]string{"filter": "911"}, ""},
		{"search", "5", map[string]string{"filter": "5"}, ""},
		{"resume", "10000", nil, "whole number from 1 to 9999, not “10000”"},
		{"unmute", "two", map[string]string{"which": "two"}, ""},
		{"resume", "two", nil, "don't know what to do with"},
		{"latest", "filter:missile -drill count:3", map[string]string{"filter": "missile -drill", "count": "3"}, ""},
		{"latest", "count:3 missile", map[string]string{"filter": "missile", "count": "3"}, ""},
		{"latest", "url:/pro/ title:kim", map[string]string{"filter": "url:/pro/ title:kim"}, ""},
		{"filter", "set number:2 filter:missile", map[string]string{"number": "2", "filter": "missile"}, ""},
		{"why", "link:https://news.example/1?a=b", map[string]string{"link": "https://news.example/1?a=b"}, ""},
		{"subscribe", "missile --when daily 08:00", map[string]string{"filter": "missile", "when": "daily 08:00"}, ""},
		{"subscribe", "missile —when daily sound=off", map[string]string{"filter": "missile", "when": "daily", "sound": "off"}, ""},
		{"subscribe", "ミサイル when：daily", map[string]string{"filter": "ミサイル", "when": "daily"}, ""},
		{"settings", "time zone: New York", map[string]string{"timezone": "New York"}, ""},
		{"settings", "Time zone Berlin", map[string]string{"timezone": "Berlin"}, ""},
		{"settings", "quiet hours: 22-7", map[string]string{"quiet": "22-7"}, ""},
		{"settings", "first line: Kestrel desk", map[string]string{"line": "Kestrel desk"}, ""},
		{"subscribe", "time zone reform", map[string]string{"filter": "time zone reform"}, ""},
		{"subscribe", "missile --drill", map[string]string{"filter": "missile --drill"}, ""},
		{"filter", "2 missile -drill", map[string]string{"number": "2", "filter": "missile -drill"}, ""},
		{"filter", "2", map[string]string{"number": "2"}, ""},
		{"filter", "missile -drill 30", map[string]string{"filter": "missile -drill", "days": "30"}, ""},
		{"filter", "99999 missile", nil, "from 1 to 9999, not “99999”"},
		{"unsub", "3", map[string]string{"which": "3"}, ""},
		{"unsubscribe", "all of it", map[string]string{"which": "all of it"}, ""},
		{"start", "payload-of-a-link", map[string]string{}, ""},
		{"help", "filter set", map[string]string{"command": "filter set"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.command+" "+tt.line, func(t *testing.T) {
			c, rest := find(table, tt.command, tt.line)
			_, rest, c = withoutChat(c, bot.Invocation{}, rest)
			got, err := parseLine(c, nil, rest)
			if tt.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wantErr) || !strings.Contains(err.Error(), "Usage: /") {
					t.Errorf("error %v, want one with %q and the usage", err, tt.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseLine_TakesNamedArguments(t *testing.T) {
	h := &Handler{now: time.Now, zone: time.UTC}
	table := h.table()
	for _, tt := range []struct {
		command, line string
		want          map[string]string
		wantErr       string
	}{
		{"settings", "quiet 22:00-07:00", map[string]string{"quiet": "22:00-07:00"}, ""},
		{"settings", "quiet: 22:00-07:00", map[string]string{"quiet": "22:00-07:00"}, ""},
		{"settings", `quiet "22:00-07:00 and weekends"`, map[string]string{"quiet": "22:00-07:00 and weekends"}, ""},
		{"settings", "quiet:22:00-07:00 and weekends limit:10 an hour", map[string]string{"quiet": "22:00-07:00 and weekends", "limit": "10 an hour"}, ""},
		{"settings", "quiet:all day limit:5 an hour", map[string]string{"quiet": "all day", "limit": "5 an hour"}, ""},
		{"settings", "tz New York", map[string]string{"timezone": "New York"}, ""},
		{"settings", "Europe/Berlin", map[string]string{"timezone": "Europe/Berlin"}, ""},
		{"settings", "quiet", map[string]string{"quiet": askFor}, ""},
		{"settings", "quite 22-7", nil, "Did you mean /settings quiet 22-7?"},
		{"settings", "nonsense of mine", nil, "What can be set: timezone, quiet"},
		{"subscription", "2 when daily 08:00", map[string]string{"number": "2", "when": "daily 08:00"}, ""},
		{"subscription", "2 daily 08:00", map[string]string{"number": "2", "when": "daily 08:00"}, ""},
		{"subscription", "2 when:daily 08:00 18:00", map[string]string{"number": "2", "when": "daily 08:00 18:00"}, ""},
		{"subscription", "2 filter missile -drill", map[string]string{"number": "2", "filter": "missile -drill"}, ""},
		{"subscribe", `missile mention:@desk when:"daily 08:00"`, map[string]string{"filter": "missile", "mention": "@desk", "when": "daily 08:00"}, ""},
		{"subscribe", "when:daily 08:00 missile -drill", map[string]string{"filter": "missile -drill", "when": "daily 08:00"}, ""},
		{"subscribe", "when:sometime missile", map[string]string{"filter": "missile", "when": "sometime"}, ""},
		{"subscribe", `title:"quiet night" (a OR  b)`, map[string]string{"filter": `title:"quiet night" (a OR  b)`}, ""},
		{"pause", "until mon 08:00", map[string]string{"until": "until mon 08:00"}, ""},
		{"pause", "number:2 2h", map[string]string{"number": "2", "until": "2h"}, ""},
		{"mute", "earthquake for:week", map[string]string{"what": "earthquake", "for": "week"}, ""},
	} {
		t.Run(tt.command+" "+tt.line, func(t *testing.T) {
			c, rest := find(table, tt.command, tt.line)
			_, rest, c = withoutChat(c, bot.Invocation{}, rest)
			got, err := parseLine(c, nil, rest)
			if tt.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
					t.Errorf("error %v, want one with %q", err, tt.wantErr)
				}
				return
			}
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("arguments (-want +got): %v\n%s", err, diff)
			}
		})
	}
}

func FuzzParseLine_TakesAnythingAndLosesNoWord(f *testing.F) {
	for _, line := range []string{`a when:"daily 08:00" b`, "when: when: x", `"`, "sound:off level:urgent", "“x y” z"} {
		f.Add(line)
	}
	h := &Handler{now: time.Now, zone: time.UTC}
	c, _ := find(h.table(), "subscribe", "")
	f.Fuzz(func(t *testing.T, line string) {
		args, rest := takeNamed(c.Args, strings.Join(strings.Fields(line), " "))
		all := rest
		for name, value := range args {
			all += name + ":" + value
		}
		kept := func(s string) string {
			return strings.Map(func(r rune) rune {
				if isQuote(r) || unicode.IsSpace(r) {
					return -1
				}
				return unicode.ToLower(r)
			}, s)
		}
		if !strings.Contains(line, ":") && len(kept(all)) != len(kept(line)) {
			t.Errorf("%q becomes %q and %q", line, args, rest)
		}
	})
}

func TestTable_FitsBothPlatforms(t *testing.T) {
	var check func(c *bot.Command)
	check = func(c *bot.Command) {
		if c.Name == "" || len(c.Name) > 32 || strings.ToLower(c.Name) != c.Name || c.Help == "" || len(c.Help) > 100 {
			t.Errorf("command %q with help %q does not fit", c.Name, c.Help)
		}
		optional := false
		for _, a := range c.Args {
			if a.Help == "" || len(a.Help) > 100 || a.Kind == bot.NumberArg && a.Max <= a.Min {
				t.Errorf("argument %s of %s does not fit", a.Name, c.Path())
			}
			if a.Required && optional {
				t.Errorf("%s: required argument %s follows an optional one", c.Path(), a.Name)
			}
			optional = optional || !a.Required
		}
		for i := range c.Sub {
			check(&c.Sub[i])
		}
		if c.Run == nil && len(c.Sub) == 0 {
			t.Errorf("%s does nothing", c.Path())
		}
	}
	table := (&Handler{now: time.Now, zone: time.UTC}).table()
	for i := range table {
		check(&table[i])
	}
}

func TestCutSpan_FindsForHowLong(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string][2]string{
		"earthquake for a week":         {"earthquake", "a week"},
		"earthquake 2h":                 {"earthquake", "2h"},
		`"storm warning" 3 days`:        {`"storm warning"`, "3 days"},
		"Erdbeben bis morgen":           {"Erdbeben", "bis morgen"},
		"Erdbeben für 2 Tage":           {"Erdbeben", "2 Tage"},
		"earthquake forever":            {"earthquake", "forever"},
		"2h":                            {"", "2h"},
		"area 51":                       {"area 51", ""},
		"the last 3 days of may":        {"the last 3 days of may", ""},
		"earthquake until monday 08:00": {"earthquake", "until monday 08:00"},
		"İİİİ Until tomorrow":           {"İİİİ", "Until tomorrow"},
		"for good":                      {"", "good"},
		"earthquake until 25:00":        {"earthquake", "until 25:00"},
		"earthquake for 2026-02-30":     {"earthquake", "2026-02-30"},
		"vote for me for 2h":            {"vote for me", "2h"},
		"open until dawn":               {"open until dawn", ""},
		`"closed until monday"`:         {`"closed until monday"`, ""},
		"sold for 25 cents":             {"sold for 25 cents", ""},
		"waiting for":                   {"waiting for", ""},
	} {
		if what, span, ok := cutSpan(typed); what != want[0] || span != want[1] || ok != (span != "") {
			t.Errorf("%q is %q for %q (%t), want %q for %q", typed, what, span, ok, want[0], want[1])
		}
	}
}

func TestUnknown_NamesTheSetting(t *testing.T) {
	t.Parallel()
	h := &Handler{now: time.Now, zone: time.UTC}
	h.commands = h.table()
	for typed, want := range map[string]string{
		"quiet":   "There's no /quiet here. Instead:\n/settings quiet – When alerts wait: 22:00-07:00, weekends, off\nLike this: /settings quiet 22-7",
		"TZ":      "There's no /tz here. Instead:\n/settings timezone – A city or an offset: Berlin, Asia/Seoul, UTC+9\nLike this: /settings timezone 22-7",
		"sIlence": "There's no /silence here. Instead:\n/mute – Leave out a story, a source or words, for a while or for good",
		"lastest": "There's no /lastest. Did you mean /latest? /help lists all commands.",
	} {
		if got := h.unknown(typed, "22-7").Error(); !strings.HasPrefix(got, want) {
			t.Errorf("/%s: %s\nwant %s", typed, got, want)
		}
	}
}

func TestLeftOver_NamesWhereItIsSet(t *testing.T) {
	t.Parallel()
	table := (&Handler{now: time.Now, zone: time.UTC}).table()
	for typed, want := range map[string]string{
		"settings sound off":           "/subscription 1 sound off",
		"settings when daily 8":        "/subscription 1 when daily 8",
		"settings mention @desk":       "/subscription 1 mention @desk",
		"settings pause":               "/pause",
		"subscription 1 quiet 22-7":    "/settings quiet 22-7",
		"subscription timezone Berlin": "/settings timezone Berlin",
		"subscription 1 resume":        "/resume 1",
		"subscription 2 delete":        "/unsubscribe 2",
		"settings quite 22-7":          "/settings quiet 22-7",
	} {
		name, line, _ := strings.Cut(typed, " ")
		c, rest := find(table, name, line)
		_, rest, c = withoutChat(c, bot.Invocation{}, rest)
		if _, err := parseLine(c, table, rest); err == nil || !strings.HasSuffix(err.Error(), "Did you mean "+want+"?") {
			t.Errorf("/%s: %v, want %s", typed, err, want)
		}
	}
}

func TestRouteFilter_TakesNoVerbForAWord(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"1 missile": "set", "1": "edit", "missile": "test", "1 set missile": "", "1 clear": "", "list": "", "remove 1": "", "tset missile": "",
	} {
		if got := routeFilter(line); got != want {
			t.Errorf("/filter %s is for %q, want %q", line, got, want)
		}
	}
}
