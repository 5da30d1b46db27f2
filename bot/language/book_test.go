package language_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/bot/language"
	"tidings/bot/plan"
)

// book returns all languages, and what is logged about them.
func book(t *testing.T) (*language.Book, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	return language.New(slog.New(slog.NewTextHandler(&log, nil))), &log
}

func TestMatch_FindsTheNearestLanguage(t *testing.T) {
	t.Parallel()
	b, _ := book(t)
	for code, want := range map[string]string{
		"en-GB": "en", "de": "de", "de-AT": "de", "ko": "ko", "ja": "ja", "fr-CA": "fr", "es-ES": "es", "es-419": "es", "pt_BR": "", "": "", "-": "",
		"zh-CN": "zh-CN", "zh-hans": "zh-CN", "zh": "zh-CN", "zh-TW": "en", "zh-hant": "en", "zh-Hant-HK": "en", "pl": "",
	} {
		if got := b.Match(code); got != want {
			t.Errorf("%q is %q, want %q", code, got, want)
		}
	}
	want := []string{"en", "de", "es", "fr", "ja", "ko", "zh-CN"}
	if diff := cmp.Diff(want, b.Languages()); diff != "" {
		t.Errorf("languages (-want +got):\n%s", diff)
	}
}

func TestText_WritesNumbersDatesAndPlurals(t *testing.T) {
	t.Parallel()
	b, _ := book(t)
	at := time.Date(2026, 11, 29, 13, 5, 0, 0, time.FixedZone("KST", 9*3600))
	text := bot.Lines(
		bot.Count(1, "%d article", "%d articles"), bot.Count(1234567, "%d article", "%d articles"),
		bot.Count(1000000, "%d article", "%d articles"), bot.Say("%.1f seconds", 2.5),
		bot.Moment(at, at.Location()), bot.Day(at, bot.DayLayout), bot.Day(at, bot.WeekdayLayout),
	)
	for code, want := range map[string]string{
		"en":    "1 article|1,234,567 articles|1,000,000 articles|2.5 seconds|29 Nov 2026, 13:05 KST|November 29, 2026|Sun 29 Nov",
		"de":    "1 Artikel|1.234.567 Artikel|1.000.000 Artikel|2,5 Sekunden|29. November 2026, 13:05 KST|29. November 2026|So., 29. Nov.",
		"ko":    "기사 1건|기사 1,234,567건|기사 1,000,000건|2.5초|2026년 11월 29일 13:05 KST|2026년 11월 29일|11월 29일(일)",
		"ja":    "記事1件|記事1,234,567件|記事1,000,000件|2.5秒|2026年11月29日 13:05 KST|2026年11月29日|11月29日（日）",
		"zh-CN": "1篇文章|1,234,567篇文章|1,000,000篇文章|2.5秒|2026年11月29日 13:05 KST|2026年11月29日|11月29日（周日）",
	} {
		got := strings.ReplaceAll(b.Text(code, text).String(), "\n", "|")
		if got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
	for code, want := range map[string]string{"fr": "d’articles", "es": "de artículos"} {
		if got := b.Text(code, text).String(); strings.Count(got, want) != 1 {
			t.Errorf("%s: %q once, for the whole million: %s", code, want, got)
		}
	}
}

// A text without its translation is said in English, which is logged once; the rest of the message isn't.
func TestMessage_FallsBackToEnglishByTheSentence(t *testing.T) {
	t.Parallel()
	b, log := book(t)
	unheard := bot.Say("Nobody has translated %s yet.", "this")
	m := bot.Message{
		Text:    bot.Join(unheard, bot.Plain(" "), bot.Say("Nothing changed.")),
		Buttons: [][]bot.Button{{{Label: "Cancel", Words: bot.Say("Cancel")}, {Label: "Cancel"}}},
		Card:    &bot.Card{Title: bot.Plain("Cancel"), Published: time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC), DateOnly: true},
		Form:    &bot.Form{Title: bot.Say("Subscribe"), Label: bot.Say("Filter")},
	}
	for range 3 {
		got := b.Message("de", m)
		said := []string{
			got.Text.String(), got.Buttons[0][0].Label, got.Buttons[0][1].Label, got.Card.Title.String(), got.Card.Date.String(), got.Form.Title.String(),
		}
		want := []string{"Nobody has translated this yet. Nichts geändert.", "Abbrechen", "Cancel", "Cancel", "29. November 2026", "Abonnieren"}
		if diff := cmp.Diff(want, said); diff != "" {
			t.Errorf("said (-want +got):\n%s", diff)
		}
	}
	if n := strings.Count(log.String(), "text said in English"); n != 1 {
		t.Errorf("logged %d times, want once:\n%s", n, log)
	}
	if english := m.Text.String() + m.Buttons[0][0].Label + m.Card.Date.String(); english != "Nobody has translated this yet. Nothing changed.Cancel" {
		t.Errorf("the message itself has changed: %s", english)
	}
}

func TestText_TakesKeptWordsApart(t *testing.T) {
	t.Parallel()
	b, log := book(t)
	for words, want := range map[string]string{
		"the bot may not post here":                            "der Bot darf hier nicht senden",
		"it may have arrived: nobody answered any of 3 sends":  "sie kam vielleicht an: Auf keine von 3 Sendungen kam Antwort",
		"Discord does not let the bot post here: slowmode 50%": "Discord lässt den Bot hier nicht senden: slowmode 50%",
		"Did you mean title:?":                                 "Meinten Sie title:?",
		"the server has no such page (404)":                    "der Server hat diese Seite nicht (404)",
		"something that nobody knows %d":                       "something that nobody knows %d",
	} {
		if got := b.Text("de", bot.Known(words)).String(); got != want {
			t.Errorf("%q is said %q, want %q", words, got, want)
		}
	}
	if log.Len() > 0 {
		t.Errorf("logged %s", log)
	}
}

// What is joined is joined by the signs of the language.
func TestText_JoinsAsTheLanguageDoes(t *testing.T) {
	t.Parallel()
	b, _ := book(t)
	list := bot.Plains([]string{"a", "b"})
	weekly, err := plan.ParseWhen("weekly mon wed 08:00 18:00")
	if err != nil {
		t.Fatal(err)
	}
	text := bot.Lines(bot.List(list...), bot.Series(list...), bot.Labeled(bot.Say("title"), list[0]), weekly.Words())
	for code, want := range map[string]string{
		"en":    "a, b|a; b|title: a|weekly Mon Wed 08:00 18:00",
		"de":    "a, b|a; b|Titel: a|jeden Montag, Mittwoch um 08:00, 18:00",
		"es":    "a, b|a; b|título: a|cada lunes, miércoles a las 08:00, 18:00",
		"fr":    "a, b|a\u00a0; b|titre\u00a0: a|chaque lundi, mercredi à 08:00, 18:00",
		"ja":    "a、b|a、b|タイトル：a|毎週月曜・水曜 08:00・18:00",
		"ko":    "a, b|a; b|제목: a|매주 월요일, 수요일 08:00, 18:00",
		"zh-CN": "a、b|a；b|标题：a|每周一、周三 08:00、18:00",
	} {
		if got := strings.ReplaceAll(b.Text(code, text).String(), "\n", "|"); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}

// The state of a source has no part that stays English.
func TestText_SaysAdviceInTheLanguage(t *testing.T) {
	t.Parallel()
	b, _ := book(t)
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	s := &bot.Source{Kind: bot.FeedSource, Fetch: bot.FetchState{
		Failures: 1, Error: "the server has no such page (404)", Memory: bot.FetchMemory{Advice: "Look at the address again."},
	}}
	want := "1回失敗：サーバーにそのページはありません（404）。アドレスをもう一度確認してください"
	if got := b.Text("ja", answer.SourceState(s, now)).String(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestText_WritesTheFirstOfAMonthInFrench(t *testing.T) {
	t.Parallel()
	b, _ := book(t)
	for day, want := range map[int]string{1: "1er janvier 2026|jeu. 1er janv.", 11: "11 janvier 2026|dim. 11 janv."} {
		at := time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC)
		got := b.Text("fr", bot.Lines(bot.Day(at, bot.DayLayout), bot.Day(at, bot.WeekdayLayout))).String()
		if got = strings.ReplaceAll(got, "\n", "|"); got != want {
			t.Errorf("day %d: %s, want %s", day, got, want)
		}
	}
}

func TestBook_MayBeUsedByMany(t *testing.T) {
	t.Parallel()
	b, _ := book(t)
	var all sync.WaitGroup
	for _, code := range b.Languages() {
		for range 4 {
			all.Go(func() {
				for n := range 50 {
					b.Text(code, bot.Say("%s of %s", bot.Count(n*1000, "%d article", "%d articles"), bot.Moment(time.Unix(int64(n), 0), time.UTC)))
				}
			})
		}
	}
	all.Wait()
}
