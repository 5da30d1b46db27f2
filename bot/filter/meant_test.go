package filter

import "testing"

func TestMeant_GuessesOperatorsInSmallLetters(t *testing.T) {
	for text, want := range map[string]string{
		"":                       " ",
		"moon or yoon":           "or moon OR yoon",
		"moon Or yoon":           "Or moon OR yoon",
		"war and peace":          "and war AND peace",
		"missile not drill":      "not missile NOT drill",
		"not drill":              "not NOT drill",
		"a or b or c":            "or a OR b OR c",
		"(a or b) and -c":        "or (a OR b) AND -c",
		"title:(kim or yoon)":    "or title:(kim OR yoon)",
		"  moon   or  yoon":      "or moon OR yoon",
		"/a  b/ or c":            "or /a  b/ OR c",
		"or yoon and kim":        "and or yoon AND kim",
		"missile without drill":  "without missile NOT drill",
		"everything except golf": "except NOT golf",
		"all news without x":     "without NOT x",
		"all except x and y":     "except NOT (x OR y)",
		"all except north korea": "except NOT (north korea)",
		"all or moon":            "or all OR moon",
		"Mond oder Sonne":        "oder Mond OR Sonne",
		"lune et soleil":         "et lune AND soleil",
		"misil sin ejercicio":    "sin misil NOT ejercicio",
		"导弹 或 核":                 "或 导弹 OR 核",
		"달 또는 해":                 "또는 달 OR 해",
		"sin tax":                " ",
		"o canada":               " ",
		"moon OR yoon":           " ",
		`"moon or yoon"`:         " ",
		`moon "or" yoon`:         " ",
		"or":                     " ",
		"not":                    " ",
		"or moon":                " ",
		"moon or":                " ",
		"moon or OR yoon":        " ",
		"title:or moon":          " ",
		"moon -or yoon":          " ",
		"a or and b":             " ", // no reading of it is a filter
		"Oregon android nothing": " ",
	} {
		word, meant := mustParse(t, text).Meant()
		if got := word + " " + meant; got != want {
			t.Errorf("%q: meant %q, want %q", text, got, want)
		}
	}
}
