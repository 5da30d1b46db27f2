package bot

import "testing"

func TestCommandInWords_ReadsWhatIsMeant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"https://news.example/rss kim":  {"subscribe", "https://news.example/rss kim"},
		" subscribe missile -drill ":    {"subscribe", "missile -drill"},
		"Subscribe: missile":            {"subscribe", "missile"},
		"!sub storm":                    {"sub", "storm"},
		".latest":                       {"latest", ""},
		"／pause 2h":                     {"pause", "2h"},
		"/ subscribe harbor":            {"subscribe", "harbor"},
		"/subscribe: missile":           {"subscribe", "missile"},
		"/subscribe:missile":            {"subscribe", "missile"},
		"/Subscribe\nmissile":           {"subscribe", "missile"},
		"/subscribe@other_bot missile":  {"subscribe", "missile"},
		"/set-timezone  Berlin":         {"set-timezone", "Berlin"},
		"/구독 미사일":                       {"구독", "미사일"},
		"/help me":                      {"help", ""},
		"／subscribe　missile":            {"subscribe", "missile"},
		"/subscribe：missile":            {"subscribe", "missile"},
		"/latest，5":                     {"latest", "5"},
		"//":                            {"start", ""},
		"/ ":                            {"start", ""},
		"help":                          {"help", ""},
		"Help me please":                {"help", ""},
		"help filter test":              {"help", "filter test"},
		"hi":                            {"start", ""},
		"thanks a lot":                  {"start", ""},
		"can you subscribe me to this?": {"start", ""},
		".net is great":                 {"start", ""},
		"latest?":                       {"start", ""},
		"안녕하세요":                         {"start", ""},
		"!":                             {"start", ""},
		"":                              {"start", ""},
	} {
		if name, line := CommandInWords(text); name != want[0] || line != want[1] {
			t.Errorf("%q is /%s %s, want /%s %s", text, name, line, want[0], want[1])
		}
	}
}
