package filter

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func BenchmarkNewDocument(b *testing.B) {
	documents := map[string]Fields{
		"English": launch(),
		"Korean":  {Title: "북한, 동해상으로 탄도미사일 발사", Summary: "합동참모본부는 북한이 21일 오전 7시경 미사일을 발사했다고 밝혔다."},
		"Russian": {Title: "КНДР запустила ракету", Summary: "Об этом сообщил комитет начальников штабов ещё утром."},
	}
	for name, fields := range documents {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				NewDocument(fields)
			}
		})
	}
}

func BenchmarkMatch(b *testing.B) {
	d := NewDocument(launch())
	for _, s := range []string{
		"nuclear", "ballistic missile -drill", `title:"ballistic missile"`, "sanction*", "/uranium|plutonium/",
	} {
		f := mustParse(b, s)
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.Match(d)
			}
		})
	}
}

// costly is what takes longest of all that 2,000 characters can say.
func costly() map[string]string {
	return map[string]string{
		"many words":     strings.Repeat("a ", 200),
		"long phrase":    `"` + strings.Repeat("ab ", 660) + `b"`,
		"many prefixes":  strings.Repeat("ab* ", 190) + "b",
		"many fields":    strings.Repeat("title:ab ", 199),
		"deep":           strings.Repeat("-(", maxNesting) + "b" + strings.Repeat(")", maxNesting),
		"initials":       strings.Repeat("a.b.", 500),
		"wide classes":   "/" + strings.Repeat(`\pL`, 24) + "z/",
		"wide ranges":    `/[b-龥][b-龥]z/`,
		"large program":  "/[ab ]{1,90}[ab ]{1,90}[ab ]{1,90}z/",
		"many programs":  strings.Repeat("/[ab ]{1,9}z/ OR ", 20) + "z",
		"many stars":     "/(a|b|ab|ba|.)*(a|b|ab|ba|.)*(a|b|ab|ba|.)*z/",
		"hits look far":  "/a(.*z)?/",
		"repeats refuse": "/" + strings.Repeat(`a{1000}`, 70) + "/",
		"classes refuse": "/" + strings.Repeat(`[\pL\pN]`, 60) + "/",
		"ranges refuse":  "/" + strings.Repeat(`[b-\x{1E942}]`, 38) + "/",
		"fault late":     "/[b-가]" + strings.Repeat("(a)", 150) + ")/",
		"faults":         "/" + strings.Repeat("(a)", 160) + ")/",
	}
}

// BenchmarkWorst parses the costliest filters and matches them with an article with as much text as a store keeps.
func BenchmarkWorst(b *testing.B) {
	d := NewDocument(Fields{Title: strings.Repeat("ab ", 341), Summary: strings.Repeat("ab a", 2048)})
	for name, text := range costly() {
		if n := utf8.RuneCountInString(text); n > maxLength {
			b.Fatalf("%s has %d characters", name, n)
		}
		b.Run(name+"/parse", func(b *testing.B) {
			for b.Loop() {
				_, _ = Parse(text)
			}
		})
		f, err := Parse(text)
		if err != nil {
			continue
		}
		b.Run(name+"/match", func(b *testing.B) {
			for b.Loop() {
				f.Match(d)
			}
		})
		b.Run(name+"/explain", func(b *testing.B) {
			for b.Loop() {
				f.Explain(d)
				f.Lacks(d)
			}
		})
	}
}
