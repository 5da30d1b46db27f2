package feed

import (
	"testing"
	"unicode/utf8"
)

func TestWithoutBoilerplate(t *testing.T) {
	t.Parallel()
	const title = "Mill reopens after the flood"
	tests := []struct{ in, want string }{
		{"The wheel turns again.", "The wheel turns again."},
		{"Mill reopens after the flood", ""},
		{"Mill reopens after the flood – The Weekly", "Mill reopens after the flood – The Weekly"},
		{"Mill reopens after the flood!\n\nThe wheel turns again.", "The wheel turns again."},
		{"Mill reopens after the flood, and the baker is glad", "Mill reopens after the flood, and the baker is glad"},
		{"The wheel turns again. Continue reading", "The wheel turns again."},
		{"The wheel turns again. Continue reading Continue reading →", "The wheel turns again."},
		{"The wheel turns again Continue reading Mill reopens after the flood →", "The wheel turns again"},
		{"The wheel turns again… Continue reading “Mill reopens after the flood”", "The wheel turns again…"},
		{"The wheel turns again. Continue reading on Mill Post", "The wheel turns again."},
		{"The wheel turns again.\n\nRead more...", "The wheel turns again."},
		{"The wheel turns again. Read the full story at Mill Post", "The wheel turns again."},
		{"The wheel turns again […] Read More »", "The wheel turns again"},
		{"The wheel turns again. [Read the full story...]", "The wheel turns again."},
		{"Das Rad dreht sich. Weiterlesen auf muehle.example", "Das Rad dreht sich."},
		{"The wheel turns again. [Read more]", "The wheel turns again."},
		{"The wheel turns again. (more…)", "The wheel turns again."},
		{"The wheel turns again.\nmehr", "The wheel turns again."},
		{"Das Rad dreht sich. Weiterlesen", "Das Rad dreht sich."},
		{"La roue tourne. Lire la suite", "La roue tourne."},
		{"水車がまた回る。 続きを読む", "水車がまた回る。"},
		{"Children read more and swim less.", "Children read more and swim less."},
		{"Corn, rye & more", "Corn, rye & more"},
		{"Come to see the post", "Come to see the post"},
		{"The baker wants to learn more", "The baker wants to learn more"},
		{"Why pupils read more when it rains, and what a study says. They do.", "Why pupils read more when it rains, and what a study says. They do."},
		{"The wheel turns again.\nThe post Mill reopens appeared first on Mill Post.", "The wheel turns again."},
		{"Das Rad dreht sich. Der Beitrag Die Mühle erschien zuerst auf Mühlenpost.", "Das Rad dreht sich."},
		{"La rueda gira. La entrada El molino aparece primero en El Correo.", "La rueda gira."},
		{"Hjulet snurrar. Inlägget Kvarnen dök först upp på Posten.", "Hjulet snurrar."},
		{"Le moulin tourne. L’article Le moulin est apparu en premier sur La Poste.", "Le moulin tourne."},
		{"The post office appeared to be closed. It was.", "The post office appeared to be closed. It was."},
		{"arXiv:2403.00001v2 Announce Type: replace-cross \nAbstract: We turn wheels.", "We turn wheels."},
		{"The wheel turns again.\n submitted by /u/miller\n[link] [comments]", "The wheel turns again."},
		{"submitted by /u/miller to r/mills [link] [comments]", ""},
		{"The plan was submitted by the miller", "The plan was submitted by the miller"},
		{"Comments", ""},
		{"Article URL: https://e.example/1\nComments URL: https://e.example/2\nPoints: 7\n# Comments: 2", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := withoutBoilerplate(tt.in, title); got != tt.want {
			t.Errorf("withoutBoilerplate(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzWithoutBoilerplate(f *testing.F) {
	for _, s := range []string{"A. Continue reading B", "B\nA", "The post A appeared first on B", "submitted by /u/a [link]", "→", "A 続きを読む", "[…]", "İ read more", "comments"} {
		f.Add(s, "B")
	}
	f.Fuzz(func(t *testing.T, s, title string) {
		got := withoutBoilerplate(s, title)
		if len(got) > len(s) || utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("withoutBoilerplate(%q, %q) = %q", s, title, got)
		}
	})
}
