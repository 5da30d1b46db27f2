package digest

import (
	"slices"
	"strings"
	"testing"
)

// ordinary are titles and deks of articles in English that begin or end like other parts of a digest or a mail.
func ordinary() [][2]string {
	return [][2]string{
		{"From Mill to Quay, with a letter", "On the road with a mail carrier"},
		{"From: the desk of a defector", "A former officer on his files"},
		{"From the archives: January 5, 2011", "What was told ten years ago"},
		{"On the ground in Ostrey", "From the bridge one sees little"},
		{"By sea and by land", "By all accounts smugglers are back"},
		{"By the numbers: trade in 2020", "By the book, says the ministry"},
		{"To: Ida Holm", "Subject: sanctions, says the envoy"},
		{"Subject: the quay", "Sent: a million masks"},
		{"Date: unknown", "Data: exports fell to a new low"},
		{"Data: exports fall", "Security: Mill raises its alert"},
		{"Dear Leader, painted", "Oils at the quay"},
		{"Dear Mr. President,", "an open letter of the families"},
		{"Why it matters", "Dear reader, this is a column, not a greeting"},
		{"Hello, Dolly!", "A musical comes to Quay"},
		{"5 things to know about the congress", "1. It is the eighth"},
		{"1. FC Quay wins the cup", "Two goals in a minute"},
		{"2021 in five charts", "2) and one map"},
		{"**Exclusive** Holm writes to Vik **again**", "Third letter in a month"},
		{"__init__", "A program from Quay"},
		{"*Lamplight* wins again", "A *film* in the North"},
		{"[Updated] Rail link reopens", "[1] on the map"},
		{"[1] Rail link reopens", "It was shut for a year"},
		{"(Un)happy new year", "(Not) a joke"},
		{"What Holm said on January 5, 2021", "A speech of nine hours"},
		{"Quay News Roundup (January 18, 2021)", "All that was told"},
		{"The Harbor Landing (September 15, 1950)", "A look back"},
		{"A history of the war, June 25, 1950", "A look back"},
		{"Holm's speech of 8 January 2021", "Read it in full"},
		{"Quay Phone 15 Pro 2021", "A review"},
		{"Harbor Post Top 10 List 2020", "What was read most"},
		{"Weir Class 5 LED 2020", "A lamp"},
		{"Sluice 10 Stage 2020", "A lamp"},
		{"Sluice Model 3 Mark 2020", "A lamp"},
		{"- a dash first", "– another dash"},
		{"• a bullet first", "* a star"},
		{"#StayHome in Quay", "# of cases still zero"},
		{"Analysis: why the congress", "Opinion divided"},
		{"Author: unknown", "Text: the full statement"},
		{"Text: the full statement of January 5, 2021", "Read it"},
		{"Von der Weir calls Holm", "Par for the course"},
		{"Holm and Lund", "Doe and Roe"},
		{"Ida Holm", "Vik Jo In"},
		{"Reply to: Holm", "Cc: Vik"},
		{"Sender: unknown", "Priority: low"},
		{"Attachments: three files", "Importance: high"},
		{"Holm | Vik | Lund", "A | in a title"},
		{"Sent: 12:30, January 5, 2021", "To: everybody"},
		{"Holm: I wrote it", "Vik: I read it"},
		{"Live: Holm speaks at 10:30 on January 5, 2021", "Watch: the parade"},
		{"Original message to Holm", "A dek"},
		{"Hi, Holm!", "Hey, Vik!"},
		{"Best,", "Beste grüße!"},
	}
}

func TestRead_OrdinaryTitlesComeWhole(t *testing.T) {
	t.Parallel()
	others := [][2]string{
		{"Envoy ends his tenure", "He will serve his final day on Jan. 20"}, {"Port hopes to video chat with a $361,600 room", "A crew is sought to help the mayor"},
	}
	for _, odd := range ordinary() {
		for place := range len(others) + 1 {
			list := slices.Insert(slices.Clone(others), place, odd)
			for _, layout := range [][3]string{{"January 20, 2021\n\n\nLatest harbor news\n\n", "\n\n", "\n\n"}, {"", "\n", "\n\n"}, {"", "\n\n", "\n\n"}} {
				var in, want strings.Builder
				in.WriteString(layout[0])
				for _, words := range list {
					in.WriteString(words[0] + layout[1] + words[1] + layout[1] + "Ann Lee | Bo Roe January 19, 2021" + layout[2])
					want.WriteString(words[0] + " / " + words[1] + " / Ann Lee+Bo Roe / 2021-01-19 / \n")
				}
				d, err := Read(strings.NewReader(in.String()), Options{})
				if err != nil || show(d) != strings.TrimSuffix(want.String(), "\n") || len(d.Problems) > 0 {
					t.Errorf("%q: %v, %+v", in.String(), err, d)
				}
			}
		}
	}
}
