package language

import (
	"strings"
	"unicode/utf8"

	"tidings/bot"
)

// final is how the word before a Korean particle ends.
type final int

const (
	unsaid    final = iota // it isn't known how the word is read
	open                   // in a vowel
	closed                 // in a consonant
	closedByL              // in ㄹ, behind which (으)로 is 로
)

// particle is one that depends on the word before it. Translators write both forms.
type particle struct {
	both, afterVowel, afterConsonant string
}

func particles() []particle {
	return []particle{
		{"은(는)", "는", "은"}, {"이(가)", "가", "이"}, {"을(를)", "를", "을"}, {"와(과)", "와", "과"}, {"(이)나", "나", "이나"}, {"(으)로", "로", "으로"}, {"(이)라는", "라는", "이라는"},
	}
}

// withParticles returns a Korean text with the particles that the words before them take. Behind a word that can be read in
// different ways both forms stay, as Koreans write it then.
func withParticles(t bot.Text) bot.Text {
	last := unsaid
	for i := range t {
		s := &t[i]
		if strings.ContainsRune(s.Text, '(') {
			s.Text = choose(s.Text, last)
		}
		if !s.Time.IsZero() { // the platform writes it in its own way
			last = unsaid
		} else if f, ok := endOf(s.Text); ok {
			last = f
		}
	}
	return t
}

// choose puts the right particles into words that follow a word which ends as before says.
func choose(words string, before final) string {
	var b strings.Builder
	for rest := words; rest != ""; {
		at, p := nextParticle(rest)
		b.WriteString(rest[:at])
		if p == nil {
			return b.String()
		}
		end, ok := endOf(b.String())
		if !ok {
			end = before
		}
		b.WriteString(p.after(end))
		rest = rest[at+len(p.both):]
	}
	return b.String()
}

// nextParticle returns where the first particle is, and which; the length of s and nil if there is none.
func nextParticle(s string) (at int, first *particle) {
	at = len(s)
	for _, p := range particles() {
		if i := strings.Index(s, p.both); i >= 0 && i < at {
			at, first = i, &p
		}
	}
	return at, first
}

// after returns the form behind a word.
func (p *particle) after(end final) string {
	switch {
	case end == unsaid:
		return p.both
	case end == open, end == closedByL && p.afterVowel == "로":
		return p.afterVowel
	}
	return p.afterConsonant
}

// endOf returns how the last word of a text ends; ok is false if there is none in it. What closes quotations and brackets doesn't
// count.
func endOf(s string) (end final, ok bool) {
	s = strings.TrimRight(s, "”\"’')]»」』")
	r, _ := utf8.DecodeLastRuneInString(s)
	const (
		firstSyllable, lastSyllable = '가', '힣'
		finals, l                   = 28, 8 // how many there are with none, and which of them is ㄹ
	)
	switch {
	case s == "":
		return unsaid, false
	case strings.HasSuffix(strings.TrimRight(s, "0123456789"), ":"): // a time, which ends in 시 or 분
		return unsaid, true
	case firstSyllable <= r && r <= lastSyllable && (r-firstSyllable)%finals == 0:
		return open, true
	case firstSyllable <= r && r <= lastSyllable && (r-firstSyllable)%finals == l:
		return closedByL, true
	case firstSyllable <= r && r <= lastSyllable:
		return closed, true
	case strings.ContainsRune("2459", r):
		return open, true
	case strings.ContainsRune("036", r): // 영, 십, 백, 천; 삼; 육
		return closed, true
	case strings.ContainsRune("178", r), r == 'l', r == 'L':
		return closedByL, true
	case strings.ContainsRune("mnMN", r):
		return closed, true
	case strings.ContainsRune("aiouyfrsvxzAIOUYFSVX", r): // which Korean ends in a vowel
		return open, true
	}
	return unsaid, true
}

// withoutGaps returns a text without spaces behind or before wide signs, which have their gap within.
func withoutGaps(t bot.Text) bot.Text {
	kept := t[:0]
	for i, s := range t {
		n := len(kept)
		behind := n > 0 && endsInAnyOf(kept[n-1].Text, "。？！：；，、）")
		before := i+1 < len(t) && strings.HasPrefix(t[i+1].Text, "（")
		if s.Text == " " && (behind || before) {
			continue
		}
		kept = append(kept, s)
	}
	return kept
}

func endsInAnyOf(s, signs string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(signs, r)
}
