package language_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// styleRule is a habit of writing that no text of a language may break.
type styleRule struct {
	breach *regexp.Regexp
	means  string
}

// styleRules returns the habits by the name of the catalog; those without a name are everybody's.
func styleRules() map[string][]styleRule {
	wide := []styleRule{
		{regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}][,;!?()]|[\p{Han}\p{Hiragana}\p{Katakana}][.:]( |$|\n)`), "a narrow sign behind a wide character"},
		{regexp.MustCompile(`[(][\p{Han}\p{Hiragana}\p{Katakana}]`), "a narrow parenthesis around wide characters"},
		{regexp.MustCompile(`[。，、；：？！）」] |[\p{Han}\p{Hiragana}\p{Katakana}] [\p{Han}\p{Hiragana}\p{Katakana}]`), "a space where the script has none"},
	}
	return map[string][]styleRule{
		"": {
			{regexp.MustCompile(`\.\.\.`), "three dots for an ellipsis"},
			{regexp.MustCompile(`  `), "two spaces"},
		},
		"ja.po":    append([]styleRule{{regexp.MustCompile(`[“”]`), "quotation marks of another language"}}, wide...),
		"zh-CN.po": append([]styleRule{{regexp.MustCompile(`[「」]`), "quotation marks of another language"}}, wide...),
		"ko.po":    {{regexp.MustCompile(`[。，、：；？！（）「」]`), "a wide sign"}},
		"de.po":    {{regexp.MustCompile(`”|[«»]`), "quotation marks of another language"}},
		"es.po": {
			{regexp.MustCompile(`[“”„]`), "quotation marks of another language"},
			{regexp.MustCompile(`^[^¿]*\?`), "a question without ¿"},
			{regexp.MustCompile(`^[^¡]*![^»]`), "an exclamation without ¡"},
		},
		"fr.po": {
			{regexp.MustCompile(`[“”„]`), "quotation marks of another language"},
			{regexp.MustCompile(` [:;!?»]( |$|\n)|« `), "a space at which a line may break"},
			{regexp.MustCompile(`[\pL»)][!?;]|[^%]\pL: `), "no space before a high sign"},
			{regexp.MustCompile(`\pL'\pL`), "a straight apostrophe"},
		},
	}
}

// excused are texts that break a habit because they show what is typed.
func excused(s string) bool {
	return strings.Contains(s, "missile's") || strings.Contains(s, "url: ") || strings.HasPrefix(s, "/settings")
}

// saidAlike reports whether a text is said in English where another language has words for it: with two words or more.
func saidAlike(e entry, form string) bool {
	if form != e.one || e.where == "date" {
		return false
	}
	bare := regexp.MustCompile(`%(\[\d\])?[sd]`).ReplaceAllString(form, " ")
	return len(strings.FieldsFunc(bare, func(r rune) bool { return !unicode.IsLetter(r) })) > 1
}

func TestCatalogs_AreWrittenAsTheirLanguagesAre(t *testing.T) {
	t.Parallel()
	list := entries(extract(t))
	rules := styleRules()
	for _, path := range catalogs(t, "*.po") {
		f, name := readCatalog(t, path), filepath.Base(path)
		if rules[name] == nil {
			t.Errorf("%s has no rules: see %v", name, slices.Sorted(maps.Keys(rules)))
		}
		for _, e := range list {
			for _, form := range f.find(e) {
				if saidAlike(e, form) {
					t.Errorf("%s: %q is said in English", name, form)
				}
				for _, rule := range slices.Concat(rules[""], rules[name]) {
					if rule.breach.MatchString(form) && !excused(form) {
						t.Errorf("%s: %q has %s", name, form, rule.means)
					}
				}
			}
		}
	}
}
