package filter

import "testing"

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
