package discord

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

var update = flag.Bool("update", false, "write the golden files")

func goldenMessages() map[string]bot.Message {
	card := &bot.Card{
		Title:     bot.Plain("North Korea's *new* missile [photos]"),
		URL:       "https://news.example/2021/01/missile?a=1&b=2",
		Summary:   bot.Join(bot.Plain("Analysts: "), bot.Styled("bigger", bot.Bold), bot.Plain(" than @everyone thought.")),
		Authors:   []string{"Min Chao Choy", "Jeongmin Kim"},
		Source:    "NK News",
		Published: time.Date(2021, 1, 20, 15, 4, 5, 0, time.UTC),
		Image:     "https://news.example/parade.jpg",
	}
	day := *card
	day.DateOnly, day.Image, day.Note = true, "ftp://news.example/x", bot.Styled("Corrected: the date.", bot.Italic)
	gone := *card
	gone.Title, gone.Note = bot.Styled("It was never there", bot.Strike), bot.Styled("Withdrawn by the source.", bot.Bold)
	matched := *card
	matched.Title = bot.Join(bot.Plain("A_new "), bot.Styled("missile", bot.Bold), bot.Linked(" [photos]", "https://a.example/"))
	return map[string]bot.Message{
		"card":      {Card: card, Key: "one-key"},
		"withdrawn": {Card: &gone},
		"matched":   {Card: &matched},
		"day":       {Card: &day},
		"bare":      {Card: &bot.Card{Title: bot.Plain("Only a title")}},
		"text": {Text: bot.Join(
			bot.Plain("1. "), bot.Linked("A (b)", "https://a.example/(x)_*"), bot.Plain("\n"),
			bot.Styled("moon OR\n     ^", bot.Pre), bot.Moment(card.Published, time.UTC), bot.Styled("code", bot.Code),
			bot.Styled("all", bot.Bold|bot.Italic|bot.Strike),
		)},
		"long": {Text: bot.Plain(strings.Repeat("Pyongyang announces plans. ", 100))},
		"buttons": {Text: bot.Plain("page 1"), Buttons: [][]bot.Button{
			{
				{Label: "Back", Data: "p:0"},
				{Label: "Next", Data: "p:2", Style: bot.PrimaryButton},
				{Label: "End", Data: "x", Style: bot.DangerButton},
				{Label: "Read", URL: "https://a.example/"},
				{Label: "", Data: "no label"},
				{Label: "no use"},
				{Label: "four", Data: "4"},
				{Label: "five goes on below", Data: "5"},
			},
			{{Label: "bad link", URL: "javascript:alert(1)"}},
			{{Label: strings.Repeat("long", 30), Data: "6"}},
		}},
		"empty": {},
	}
}

func TestRender_Golden(t *testing.T) {
	w := &Adapter{zone: time.UTC}
	for name, m := range goldenMessages() {
		for kind, render := range map[string]func(bot.Message) *messageBody{"create": w.create, "update": w.update} {
			if kind == "update" && name != "buttons" && name != "empty" {
				continue
			}
			var got bytes.Buffer
			enc := json.NewEncoder(&got)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(render(m)); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", name+"."+kind+".json"), got.Bytes())
		}
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

func TestColorOf_IsStable(t *testing.T) {
	if got := colorOf(&bot.Card{Source: "NK News"}); got != 0x5c6bc0 {
		t.Errorf("the color of a source has changed to %x", got)
	}
	if colorOf(&bot.Card{Source: "nknews"}) == colorOf(&bot.Card{Source: "kcna"}) {
		t.Error("two sources look alike")
	}
}

func TestDay_IsShownInTheConfiguredZone(t *testing.T) {
	seoul := time.FixedZone("KST", 9*3600)
	a := &Adapter{zone: seoul}
	e := a.card(&bot.Card{
		Title: bot.Plain("x"), DateOnly: true, Published: time.Date(2021, 1, 20, 0, 0, 0, 0, seoul).UTC(), Source: "nk",
	})
	if e.Footer == nil || e.Footer.Text != "nk • 20 Jan 2021" || e.Timestamp != "" {
		t.Errorf("the embed ends with %+v and %q", e.Footer, e.Timestamp)
	}
}

func TestEmbed_StaysWithinDiscordsLimits(t *testing.T) {
	long := strings.Repeat("*_👩‍👩‍👧‍👦 ", 3000)
	a := &Adapter{zone: time.UTC}
	e := a.card(&bot.Card{
		Title: bot.Plain(long), Summary: bot.Styled(long, bot.Bold), Note: bot.Plain(long), Authors: []string{long, long},
		Source: long, DateOnly: true, Published: time.Unix(0, 0),
	})
	for what, size := range map[string][2]int{
		"title": {units(e.Title), maxTitle}, "description": {units(e.Description), maxDek + maxNote + 2},
		"author": {units(e.Author.Name), maxAuthors}, "footer": {units(e.Footer.Text), maxFooter},
	} {
		if size[0] > size[1] || size[0] < size[1]/2 {
			t.Errorf("the %s has %d units, want nearly %d", what, size[0], size[1])
		}
	}
}
