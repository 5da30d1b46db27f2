package filter

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestFold_ComparesNamesAsPeopleTypeThem(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"NK News", "nk news"},
		{"  NK \t\n News\u3000", "nk news"},
		{"nk-news.org", "nk-news.org"},
		{"Zwirko", "zwirko"},
		{"Père Noël à l’été", "pere noel a l'ete"},
		{"Ångström Øresund Łódź Đà Nẵng", "angstrom oresund lodz da nang"},
		{"Straße STRASSE GROẞ", "strasse strasse gross"},
		{"Œuvre Æther þorn", "oeuvre aether thorn"},
		{"İstanbul ISPARTA Iğdır ılık", "istanbul isparta igdir ilik"},
		{"ﬁnal ﬀ oﬃce", "final ff office"},
		{"ＮＫ　Ｎｅｗｓ１２", "nk news12"},
		{"“a” „b“ «c» ‘d’ 「e」", `"a" "b" "c" 'd' "e"`},
		{"a–b—c‐d‑e−f", "a-b-c-d-e-f"},
		{"Ёлка Йод Їжак Україна", "елка йод їжак україна"},
		{"Моско́вский", "московский"},
		{"Οδυσσεύς ΆΈ ΐ", "οδυσσευσ αε ι"},
		{"القاهِرة أحمد إلى آسيا مـــصر سؤال", "القاهرة احمد الى اسيا مصر سؤال"},
		{"שָׁלוֹם", "שלום"},
		{"ｶﾞﾝﾀﾞﾑ か\u3099", "ガンダム が"},
		{"미사일", "미사일"},
		{"\u1106\u1175\u1109\u1161\u110b\u1175\u11af", "미사일"},
		{"mis\u00adsile \u200ekim\u200f", "missile kim"},
		{"x² CO₂ Ⅳ", "x2 co2 iv"},
		{"cafe\u0301", "cafe"},
		{"हिन्दी", "हिन्दी"},
		{"\u0301 a", "a"},
		{"a\xffb", "a\ufffdb"},
	}
	for _, tt := range tests {
		if got := Fold(tt.in); got != tt.want {
			t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestTokens_AreTheWordsThatMatchCompares(t *testing.T) {
	tests := []struct {
		in   string
		want string // joined by spaces
	}{
		{"", ""},
		{" … — ! ", ""},
		{"Kim Jong Un’s new missile", "kim jong un s new missile"},
		{"O’Carroll", "o carroll"},
		{"COVID-19", "covid 19"},
		{"snake_case a/b c&d", "snake case a b c d"},
		{"13,259 people", "13259 people"},
		{"1,234,567.89", "1234567 89"},
		{"13，259", "13259"},
		{"1,2 12,34 1234,567 1,2345 5, 123", "1 2 12 34 1234 567 1 2345 5 123"},
		{"$11.6 million", "11 6 million"},
		{"U.S. and D.P.R.K. troops, e.g. U.S.-led", "us and dprk troops eg us led"},
		{"A. B a..b 1.a", "a b a b 1 a"},
		{"2½ ⑴ m²", "2 m2"},
		{"🚀 launch👍🏽ed 1️⃣", "launch ed 1"},
		{"北朝鮮のミサイル", "北 朝 鮮 の ミ サ イ ル"},
		{"コーヒー ｺｰﾋｰ", "コ ー ヒ ー コ ー ヒ ー"},
		{"ประเทศไทย", "ป ร ะ เ ท ศ ไ ท ย"},
		{"ที่นี่", "ที่ นี่"},
		{"ន\u17d2យ", "ន\u17d2 យ"},
		{"KBS는 2021년 북한의", "kbs 는 2021 년 북한의"},
		{"Covid19疫苗5月", "covid19 疫 苗 5 月"},
		{"п'ять п’ять пʼять", "п ять п ять п ять"},
		{"می\u200cخواهم", "میخواهم"},
		{"a\u200bb", "a b"},
		{"Samsung™ ©AP", "samsung ap"},
		{"a\xffb", "a b"},
	}
	for _, tt := range tests {
		if got := strings.Join(Tokens(tt.in), " "); got != tt.want {
			t.Errorf("Tokens(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// Every character of Unicode before, between and after letters.
func TestFold_IsConsistentForEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.IsGraphic(r) && !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r) || alike(r) {
			continue
		}
		checkFold(t, string(r)+"a"+string(r)+"가"+string(r)+"다")
	}
}

// alike reports whether r is in a long block of characters of which one behaves as the other.
func alike(r rune) bool {
	return r > 0x3400 && r < 0x9f00 || r > 0xa000 && r < 0xa480 || r > 0xac80 && r < 0xd700 ||
		r >= 0xd800 && r < 0xf800 || r > 0x12000 && r < 0x1ae00 || r > 0x20000 && r < 0xe0000 || r >= 0xf0000
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{
		"O’Carroll’s 13,259 U.S. troops", "ｶﾞ 北朝鮮 미사일을", "a\xffb\u0301", "İ.ß.x", "1,\u200e234", "ำ\u0e48",
	} {
		f.Add(s)
	}
	f.Fuzz(checkFold)
}

func checkFold(t *testing.T, s string) {
	folded := Fold(s)
	if again := Fold(folded); again != folded {
		t.Errorf("Fold(%+q) = %+q, folded again %+q", s, folded, again)
	}
	if got, want := Tokens(folded), Tokens(s); !slices.Equal(got, want) {
		t.Errorf("Tokens(%+q) = %+q, of its fold %+q: %+q", s, want, folded, got)
	}
	checkTokens(t, s)
}

func checkTokens(t *testing.T, s string) {
	end := 0
	for _, tok := range appendTokens(nil, s, 0) {
		if tok.start < end || tok.end <= tok.start || tok.end > len(s) {
			t.Errorf("token %q of %+q spans [%d, %d) after %d", tok.text, s, tok.start, tok.end, end)
			return
		}
		end = tok.end
		if first, _ := utf8.DecodeRuneInString(tok.text); unicode.IsMark(first) {
			t.Errorf("token %+q of %+q begins with a mark", tok.text, s)
		}
		for _, r := range tok.text {
			if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) {
				t.Errorf("token %+q of %+q has %+q", tok.text, s, r)
			}
		}
		if got := Tokens(s[tok.start:tok.end]); len(got) != 1 || got[0] != tok.text {
			t.Errorf("token %+q of %+q spans %+q", tok.text, s, s[tok.start:tok.end])
		}
	}
}
