package filter

import "testing"

func BenchmarkNewDocument(b *testing.B) {
	b.ReportAllocs()
	fields := launch()
	for b.Loop() {
		NewDocument(fields)
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
