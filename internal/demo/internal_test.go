package demo

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/internal/sandbox/discord"
)

func TestNewsroom_NeverRepeatsAndEveryFourthIsAMissile(t *testing.T) {
	r := newNewsroom(time.Now)
	const rounds = 500
	seen, titles := map[string]bool{}, map[string]int{}
	for range rounds {
		s := r.publish()
		for _, id := range []string{s.guid(), s.link()} {
			if seen[id] {
				t.Fatalf("%s came twice", id)
			}
			seen[id] = true
		}
		titles[s.title]++
		if strings.ContainsAny(s.title+s.dek, "{}") {
			t.Errorf("a blank is left in %q, %q", s.title, s.dek)
		}
		missile := strings.Contains(strings.ToLower(s.title+s.dek), "missile")
		if missile != (s.number%missileEvery == 0) {
			t.Errorf("story %d is about a missile: %v: %s", s.number, missile, s.title)
		}
		if found, ok := r.find(s.link()); !ok || found.number != s.number {
			t.Errorf("%s leads to story %d", s.link(), found.number)
		}
	}
	if len(titles) < rounds/3 {
		t.Errorf("%d stories share %d titles", rounds, len(titles))
	}
}

func TestNewsroom_PublishesEveryDraftOnceARound(t *testing.T) {
	drafts := otherDrafts()
	got := map[string]bool{}
	for i := range drafts {
		got[shuffled(otherDrafts(), i).title] = true
	}
	if len(got) != len(drafts) {
		t.Errorf("a round has %d of %d drafts", len(got), len(drafts))
	}
}

func testCommands() []discord.Command {
	text := discord.CommandOption{Type: 3, Name: "filter", Description: "Keywords"}
	least, most := 1.0, 10.0
	count := discord.CommandOption{
		Type: optionInteger, Name: "count", Description: "How many", MinValue: &least, MaxValue: &most,
	}
	required, number := text, discord.CommandOption{
		Type: optionInteger, Name: "number", Description: "Which", Required: true,
	}
	required.Required = true
	sub := func(name string, options ...discord.CommandOption) discord.CommandOption {
		return discord.CommandOption{Type: optionSubcommand, Name: name, Options: options}
	}
	address := discord.CommandOption{Type: 3, Name: "url", Required: true}
	return []discord.Command{
		{Name: "latest", Options: []discord.CommandOption{text, count}},
		{Name: "filter", Options: []discord.CommandOption{sub("set", number, required), sub("test", required)}},
		{Name: "sources", Options: []discord.CommandOption{sub("list"), sub("add", address)}},
		{Name: "switch", Options: []discord.CommandOption{sub("on"), sub("off")}},
		{Name: "status"},
		{Name: "pick", Options: []discord.CommandOption{text, {Type: optionChannel, Name: "channel"}}},
		{Name: "ways", Options: []discord.CommandOption{
			number, {Type: optionText, Name: "when"}, {Type: optionText, Name: "sound"}, {Type: optionText, Name: "shape"}, text,
		}},
	}
}

func TestParseLine_DealsWordsOut(t *testing.T) {
	for _, c := range []struct {
		line, name string
		want       map[string]any
	}{
		{"/latest", "latest", nil},
		{"/latest missile", "latest", map[string]any{"filter": "missile"}},
		{"/latest missile -drill 5", "latest", map[string]any{"filter": "missile -drill", "count": int64(5)}},
		{"/latest 3", "latest", map[string]any{"count": int64(3)}},
		{"/latest count:3 title:kim moon", "latest", map[string]any{"filter": "title:kim moon", "count": int64(3)}},
		{"/latest filter: a b count: 7", "latest", map[string]any{"filter": "a b", "count": int64(7)}},
		{`/latest "military  parade"`, "latest", map[string]any{"filter": `"military parade"`}},
		{"/filter test parade 2021 x", "filter test", map[string]any{"filter": "parade 2021 x"}},
		{"/filter set 2 a OR b", "filter set", map[string]any{"number": int64(2), "filter": "a OR b"}},
		{"/sources", "sources list", nil},
		{"/sources add https://e.example/f.xml", "sources add", map[string]any{"url": "https://e.example/f.xml"}},
		{"/status", "status", nil},
		{"/pick a OR b", "pick", map[string]any{"filter": "a OR b"}},
		{"/pick channel a", "pick", map[string]any{"filter": "channel a"}},
		{"/ways 2 sound off", "ways", map[string]any{"number": int64(2), "sound": "off"}},
		{"/ways 2 when daily 08:00", "ways", map[string]any{"number": int64(2), "when": "daily 08:00"}},
		{"/ways 2 when:daily 8 sound:off", "ways", map[string]any{"number": int64(2), "when": "daily 8", "sound": "off"}},
		{"/pick channel:7 a", "pick", map[string]any{"filter": "a", "channel": "7"}},
	} {
		t.Run(c.line, func(t *testing.T) {
			inv, err := parseLine(testCommands(), c.line)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			for _, o := range inv.options {
				if got == nil {
					got = map[string]any{}
				}
				got[o.Name] = o.Value
			}
			if diff := cmp.Diff(c.want, got); inv.name != c.name || diff != "" {
				t.Errorf("got %q, want %q (-want +got):\n%s", inv.name, c.name, diff)
			}
		})
	}
}

func TestParseLine_SaysWhatIsMissing(t *testing.T) {
	for line, want := range map[string]string{
		"/":             "type a command",
		"/nope":         "unknown command /nope",
		"/filter":       "/filter is followed by one of: set, test",
		"/filter x":     "/filter is followed by one of: set, test",
		"/filter set 1": "/filter set needs a filter",
		"/filter set x": `number is a whole number, not "x"`,
		"/latest a 11":  `count is a whole number from 1 to 10, not "11"`,
		"/switch":       "/switch is followed by one of: on, off",
		"/filter test":  "/filter test needs a filter: Keywords",
		"/status now":   `/status does not accept "now"`,
	} {
		t.Run(line, func(t *testing.T) {
			_, err := parseLine(testCommands(), line)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
		})
	}
}

func FuzzParseLine(f *testing.F) {
	for _, line := range []string{"/latest a 5", "/filter set 1 x", "/sources", "/latest count:", "/ /", "/latest filter:count:3"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		inv, err := parseLine(testCommands(), line)
		if err != nil {
			return
		}
		known := map[string]bool{}
		for _, o := range inv.specs {
			known[o.Name] = true
		}
		for _, o := range inv.options {
			if !known[o.Name] {
				t.Errorf("%q gives /%s an option %q", line, inv.name, o.Name)
			}
			known[o.Name] = false // once only
			if text, ok := o.Value.(string); ok && !strings.Contains(strings.Join(strings.Fields(line), " "), text) {
				t.Errorf("%q became %q", line, text)
			}
		}
	})
}

func TestSuggest_NamesWhatComesNext(t *testing.T) {
	commands := testCommands()
	names := func(list []suggestion) string {
		var out []string
		for _, s := range list {
			out = append(out, fmt.Sprintf("%s|%s", s.Line, s.Name))
		}
		return strings.Join(out, "; ")
	}
	if got, want := names(commandNames(commands, "s")), "/sources |/sources; /switch |/switch; /status |/status"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := names(commandNames(commands, "l")), "/latest |/latest [filter] [count]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	got := names(subcommandNames("filter", commands[1].Options, ""))
	if want := "/filter set |/filter set number filter; /filter test |/filter test filter"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNamedOption_IsTheOneNamedLast(t *testing.T) {
	specs := testCommands()[len(testCommands())-1].Options
	for line, want := range map[string]string{
		"2 when daily 8": "2|when", "2 when:8 sound:": "2 when:8|sound", "2 sound": "2|sound", "2 when: shape": "2|when", "2": "", "2 loud": "",
	} {
		at, before := namedOption(specs, strings.Fields(line))
		got := ""
		if at >= 0 {
			got = strings.Join(before, " ") + "|" + specs[at].Name
		}
		if got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	if got := optionNames(specs, "/ways 2 ", "s"); len(got) != 2 || got[0].Line != "/ways 2 sound:" || got[1].Line != "/ways 2 shape:" {
		t.Errorf("names are %+v", got)
	}
}

func TestLocalPicture_IsOneOfTheNewsrooms(t *testing.T) {
	var d Demo
	d.addrs.feed = "http://127.0.0.1:1"
	for address, want := range map[string]string{
		"http://127.0.0.1:1/demo/pictures/7.png": "/demo/pictures/7.png",
		"http://127.0.0.1:1/feed.xml":            "",
		"https://elsewhere.example/7.png":        "",
	} {
		if got := d.localPicture(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestNamed_PutsIdsForChannels(t *testing.T) {
	w := discordWorld{you: "1", colleague: "2", channels: []place{{ID: "7", Name: "alerts"}, {ID: "8", Name: "stories", Forum: true}}}
	for line, want := range map[string]string{
		"/subscribe a channel:#stories":   "/subscribe a channel:8",
		"/subscribe channel:#alerts a  b": "/subscribe channel:7 a  b",
		"/subscribe channel:#storiesque":  "/subscribe channel:#storiesque",
		"/subscription 1 mention:@Mira":   "/subscription 1 mention:2",
		"/subscription 1 mention @you":    "/subscription 1 mention 1",
		"/latest @Mira":                   "/latest @Mira",
		"/subscribe #stories channel:9":   "/subscribe #stories channel:9",
	} {
		if got := w.named(line); got != want {
			t.Errorf("%q became %q, want %q", line, got, want)
		}
	}
}
