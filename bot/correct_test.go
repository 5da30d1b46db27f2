package bot_test

import (
	"testing"
	"time"

	"tidings/bot"
)

func TestSubstantive_DistinguishesFactsFromDetails(t *testing.T) {
	at := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name string
		from bot.Article
		to   bot.Article
		want bool
	}{
		{"nothing", bot.Article{Title: "A"}, bot.Article{Title: "A"}, false},
		{"punctuation", bot.Article{Title: `Kim: "we shall see"`}, bot.Article{Title: "Kim – ‘We shall see’!"}, false},
		{"white space and case", bot.Article{Title: "Two  words"}, bot.Article{Title: "two Words"}, false},
		{"an apostrophe", bot.Article{Title: "Seouls call"}, bot.Article{Title: "Seoul’s call"}, false},
		{"a word", bot.Article{Title: "Ten held"}, bot.Article{Title: "Two held"}, true},
		{"a number", bot.Article{Summary: "Up 1.5%"}, bot.Article{Summary: "Up 15%"}, true},
		{"a sign", bot.Article{Summary: "At -5 degrees"}, bot.Article{Summary: "At 5 degrees"}, true},
		{"a percentage", bot.Article{Summary: "Up 5"}, bot.Article{Summary: "Up 5%"}, true},
		{"another script", bot.Article{Title: "미사일"}, bot.Article{Title: "미사인"}, true},
		{"a dek that was missing", bot.Article{Title: "A"}, bot.Article{Title: "A", Summary: "More"}, false},
		{"a dek that is gone", bot.Article{Title: "A", Summary: "More"}, bot.Article{Title: "A"}, true},
		{"an author", bot.Article{Authors: []string{"Ann"}}, bot.Article{Authors: []string{"Bo"}}, true},
		{"an author that was missing", bot.Article{}, bot.Article{Authors: []string{"Bo"}}, false},
		{"an hour", bot.Article{Published: at}, bot.Article{Published: at.Add(time.Hour)}, false},
		{"a day", bot.Article{Published: at}, bot.Article{Published: at.AddDate(0, 0, 1)}, true},
		{"the source says so", bot.Article{Status: bot.Live}, bot.Article{Status: bot.Corrected}, true},
		{"a picture", bot.Article{Title: "A"}, bot.Article{Title: "A", Image: "https://x.example/1"}, false},
	} {
		if got := test.to.ChangesFrom(&test.from).Substantive(); got != test.want {
			t.Errorf("%s: %t, want %t", test.name, got, test.want)
		}
	}
}

func TestChanges_TellWhatWasAddedFromWhatWasCorrected(t *testing.T) {
	for _, test := range []struct {
		name, from, to, added string
		corrected             bool
	}{
		{"a sentence at the end", "We are looking into it.", "We are looking into it. A fix is out.", "A fix is out.", false},
		{"one at the top, as status pages write", "Jul 3: Looking into it.", "Jul 4: Resolved. Jul 3: Looking into it.", "Jul 4: Resolved.", false},
		{"one in between, on a line of its own", "First.\nLast.", "First.\nSecond!\nLast.", "Second!", false},
		{"one without spaces", "首报。", "首报。又报。", "又报。", false},
		{"a number within a sentence", "At 1.5 km. Two hurt.", "At 1.5 km. Three hurt.", "", true},
		{"one more, and another changed", "One. Two.", "One. Three. Four.", "", true},
		{"one gone", "One. Two.", "One.", "", true},
		{"one said twice", "One.", "One. One.", "One.", false},
		{"nothing but punctuation", "One.", "One!", "", false},
		{"what was missing", "", "One.", "", false},
	} {
		from, to := bot.Article{Summary: test.from}, bot.Article{Summary: test.to}
		got := to.ChangesFrom(&from)
		if got.Added != test.added || got.Summary != test.corrected || got.Substantive() != test.corrected {
			t.Errorf("%s: added %q, corrected %t, substantive %t; want %q, %t", test.name, got.Added, got.Summary, got.Substantive(), test.added, test.corrected)
		}
	}
}
