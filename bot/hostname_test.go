package bot

import "testing"

func TestDisplayHost_DeceivesNobody(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://Tide.Example/a?b":      "tide.example",
		"https://user:pw@tide.example/": "tide.example",
		"https://münchen.example/":      "münchen.example",
		"https://xn--mnchen-3ya.de/":    "münchen.de",
		"https://뉴스.example/":           "뉴스.example",
		"https://日本のニュース.example/":      "日本のニュース.example",
		"https://tіde.example/":         "xn--tde-jhd.example", // a Cyrillic letter among Latin ones
		"https://раураӏ.com/":           "xn--80aa0cbo65f.com", // looks Latin, and is all Cyrillic
		"https://пример.example/":       "пример.example",
		"http://[::1]:8080/":            "::1",
		"http://127.0.0.1/":             "127.0.0.1",
		"not an address":                "",
		"":                              "",
	} {
		if got := DisplayHost(in); got != want {
			t.Errorf("DisplayHost(%q) = %q, want %q", in, got, want)
		}
	}
}
