package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestSay_PutsArgumentsIntoSentences(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("KST", 9*3600)
	at := time.Date(2026, 11, 29, 1, 5, 0, 0, time.UTC)
	code := bot.Styled("missile", bot.Code)
	for _, tt := range []struct {
		text bot.Text
		want string
	}{
		{bot.Say("Nothing changed."), "Nothing changed."},
		{bot.Say("%s, %s.", bot.Styled("a.", bot.Code), "31 Dez."), "[a.], 31 Dez."},
		{bot.Say("%s.", bot.Styled("a.", bot.Code)), "[a.]."},
		{bot.Say("%s of %s", "a", "b%d"), "a of b%d"},
		{bot.Say("99 %% within %s", "3 ms"), "99 % within 3 ms"},
		{bot.Say("up to %d of %d, %.1f", 10, 1234567, 2.55), "up to 10 of 1,234,567, 2.5"},
		{bot.Say("minus %d", -1234), "minus -1,234"},
		{bot.Say("new articles matching %s.", code), "new articles matching [missile]."},
		{bot.Say("It gets %s; see.", bot.Say("new articles matching %s", code)), "It gets new articles matching [missile]; see."},
		{bot.Count(1, "%d article", "%d articles"), "1 article"},
		{bot.Count(0, "%d article", "%d articles"), "0 articles"},
		{bot.Count(1200, "%d article of %s", "%d articles of %s", "gazette"), "1,200 articles of gazette"},
		{bot.Count(1, "the only article %[2]s", "all %d articles %s", "here"), "the only article here"},
		{bot.Moment(at, zone), "29 Nov 2026, 10:05 KST"},
		{bot.Day(at.In(zone), bot.WeekdayLayout), "Sun 29 Nov"},
		{bot.Known("the bot may not post 100%d"), "the bot may not post 100%d"},
		{bot.And(bot.Plains([]string{"a", "b", "c"})...), "a and b and c"},
	} {
		got := ""
		for _, s := range tt.text {
			if s.Style == bot.Code {
				s.Text = "[" + s.Text + "]"
			}
			if s.Phrase == nil {
				t.Errorf("%q: a span without its phrase", tt.want)
			}
			got += s.Text
		}
		if got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestText_TranslateSaysEachPhraseOnce(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 29, 1, 5, 0, 0, time.UTC)
	text := bot.Join(
		bot.Plain("- "),
		bot.Say("Since %s %s waits.", bot.Moment(at, time.UTC), bot.Styled("x", bot.Code)).Styled(bot.Bold),
		bot.Moment(at, time.UTC), bot.Say("Yes").Linked("https://a.example"), bot.Say("Yes"),
	)
	said := 0
	var say func(p *bot.Phrase) bot.Text
	show := func(_ string, arg any) bot.Text {
		if arg, ok := arg.(bot.Text); ok {
			return arg.Translate(say)
		}
		return bot.Plain(fmt.Sprint(arg))
	}
	say = func(p *bot.Phrase) bot.Text {
		said++
		if !p.Date.IsZero() {
			return bot.Plain("heute")
		}
		out, ok := p.Fill(map[string]string{"Yes": "Ja", "Since %s %s waits.": "%[2]s wartet seit %[1]s."}[p.Format], show)
		if !ok {
			t.Errorf("%q lacks an argument", p.Format)
		}
		return out
	}
	got := text.Translate(say)
	want := bot.Text{
		{Text: "- "},
		{Text: "x", Style: bot.Code | bot.Bold},
		{Text: " wartet seit ", Style: bot.Bold},
		{Text: "heute", Style: bot.Bold, Time: at},
		{Text: ".", Style: bot.Bold},
		{Text: "heute", Time: at},
		{Text: "Ja", Link: "https://a.example"},
		{Text: "Ja"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("got (-want +got):\n%s", diff)
	}
	if said != 5 {
		t.Errorf("said %d phrases, want 5", said)
	}
	if english := text.String(); !strings.HasPrefix(english, "- Since 29 Nov 2026, 01:05 UTC x waits.") {
		t.Errorf("the English changed: %q", english)
	}
}

func TestVerbs_CountsArgumentsWhereverTheyStand(t *testing.T) {
	t.Parallel()
	got := bot.Verbs("%[2]s %% %d %[1]d %.1f")
	if diff := cmp.Diff(map[int]string{1: "d", 2: ".1f", 3: "d"}, got); diff != "" {
		t.Errorf("got (-want +got):\n%s", diff)
	}
}
