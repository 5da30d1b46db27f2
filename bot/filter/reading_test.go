package filter

import (
	"fmt"
	"strings"
	"testing"
)

func TestReadings_ExplainWhatIsMeant(t *testing.T) {
	for typed, want := range map[string]string{
		"!drill":                               "Sign -drill | AsTyped !drill",
		"missile !drill":                       "Sign missile -drill | AsTyped missile !drill",
		`missile !"naval drill"`:               `Sign missile -"naval drill"`,
		"!(a b)":                               "Sign -(a b)",
		"！drill":                               "Sign -drill | AsTyped ！drill",
		"!!!drill":                             "Sign -drill | AsTyped !!!drill",
		"a, b":                                 "Either a OR b | Both a b",
		"a b, c d":                             "Either a b OR c d | Both a b c d",
		"missile,drill":                        "Either missile OR drill | Both missile drill | AsTyped missile,drill",
		"a | b, c":                             "Either a | b OR c | Both (a | b) c | AsTyped a | b, c",
		"a; b；c":                               "Either a OR b OR c | Both a b c | AsTyped a; b；c",
		"a, -b":                                "Both a -b",
		"a, !b":                                "Both a -b | AsTyped a, !b",
		"#economy, #trade":                     "Either tag:economy OR tag:trade | Both tag:economy tag:trade | AsTyped #economy, #trade",
		"#economy":                             "Hashtag tag:economy | AsTyped #economy",
		"-#economy":                            "Hashtag -tag:economy | AsTyped -#economy",
		"all":                                  "Everything  | AsTyped all",
		"Everything!":                          "Everything  | AsTyped Everything!",
		"*":                                    "Everything ",
		".*":                                   "Everything ",
		"https://news.example/rss":             `Address  | AsTyped url:"https://news.example/rss"`,
		"news.example.org":                     `Address  | AsTyped url:"news.example.org" | AsTyped news.example.org`,
		"https://news.example kim":             `Address kim | AsTyped url:"https://news.example" kim`,
		"kim www.news.example/a?b=c":           `Address kim | AsTyped kim url:"www.news.example/a?b=c" | AsTyped kim www.news.example/a?b=c`,
		"https://a.example, https://b.example": "Address  | AsTyped https://a.example, https://b.example",
		"@desk":                                "Mention  | AsTyped @desk",
		"@desk missile":                        "Mention missile | AsTyped @desk missile",
		"<@123> missile":                       "Mention missile",
		"<@&123>, missile":                     "Mention missile",
		"missile <#123>":                       "Place missile",
		"miss.*":                               "Expression /miss.*/",
		"miss.*le drill":                       "Expression /miss.*le drill/",
		"^kim":                                 "Expression /^kim/ | AsTyped ^kim",
		`\bkim\b`:                              `Expression /\bkim\b/ | AsTyped \bkim\b`,
		"[Kk]im":                               "Expression /[Kk]im/ | AsTyped [Kk]im",
		`a/b\/c.+d`:                            `Expression /a\/b\/c.+d/ | AsTyped a/b\/c.+d`,
		"rocket, missile -drill":               "Either (rocket OR missile) -drill | Both rocket missile -drill",
		"a, b NOT c -d":                        "Either (a OR b) NOT c -d | Both a b NOT c -d",
		"a, b -c d":                            "Either a OR b -c d | Both a b -c d",
		"source:herald,gazette missile":        "Either source:(herald OR gazette) missile | AsTyped source:herald,gazette missile",
		`author:"Ada Quist","Bo Lind"`:         `Either author:("Ada Quist" OR "Bo Lind")`,
		"-tag:sport,weather":                   "Either -tag:(sport OR weather) | AsTyped -tag:sport,weather",
		"title:13,259":                         "",
		`"see tag:a,b here"`:                   "",
		`title:/kim,yoon/`:                     "",
		`title:/kim, yoon/`:                    "",
		`title:/ki[mn]/`:                       "",
		`-title:/\bki.*m\b/ moon`:              "",
		`storm, title:/a, b/`:                  "Either storm OR title:/a, b/ | Both storm title:/a, b/",
		"-Title:[Kk]im":                        "Expression -title:/[Kk]im/ | AsTyped -Title:[Kk]im",
		"lang:Korean,English":                  "Either lang:(ko OR en) | AsTyped lang:Korean,English",
		`intitle:/ki[mn]/`:                     "Renamed title:/ki[mn]/",
		"url:https://news.example/1,a.html":    "",
		"url:https://news.example/1,a.html, b": "Either url:https://news.example/1,a.html OR b | Both url:https://news.example/1,a.html b | " +
			"AsTyped url:https://news.example/1,a.html, b",
		"title:a,b,-c":                      "Both (title:(a OR b)) -c | AsTyped title:a,b,-c",
		"Topic: Korea sanctions":            "",
		"by: Ada Quist":                     "",
		"category:politics":                 "Renamed tag:politics",
		"-site:herald.example kim":          "Renamed -url:herald.example kim",
		`by:"Ada Quist" rice`:               `Renamed author:"Ada Quist" rice`,
		"category:politics,economy":         "Either tag:(politics OR economy)",
		"title=missile":                     "Renamed title:missile | AsTyped title=missile",
		"a=b":                               "",
		"lang:Korean kim":                   "Renamed lang:ko kim | AsTyped lang:Korean kim",
		"language:français":                 "Renamed lang:fr",
		"lang:en":                           "",
		"missile + nuclear":                 "Both missile nuclear",
		"missile\nnuclear":                  "Either missile OR nuclear | Both missile nuclear",
		"- missile test\n- nuclear":         "Either missile test OR nuclear | Both missile test nuclear",
		"1. missile\n2. nuclear\n":          "Either missile OR nuclear | Both missile nuclear",
		"missile OR\nnuclear":               "",
		"lang:en\ntitle:x":                  "",
		"missile\n-drill":                   "Both missile -drill",
		"news about North Korea":            "Introduced North Korea | AsTyped news about North Korea",
		"all articles on missiles, drones":  "Either missiles OR drones | Both missiles drones | AsTyped all articles on missiles, drones",
		"to missile":                        "Introduced missile | AsTyped to missile",
		"Nachrichten über Raketen":          "Introduced Raketen | AsTyped Nachrichten über Raketen",
		"keywords: missile, drill":          "Either missile OR drill | Both missile drill | AsTyped keywords: missile, drill",
		"filter:missile -drill":             "Introduced missile -drill",
		"newspaper about":                   "",
		"the about page":                    "",
		"all about eve":                     "",
		"any to any":                        "",
		"to https://news.example/rss kim":   `Address kim | AsTyped url:"https://news.example/rss" kim | AsTyped to https://news.example/rss kim`,
		"add feed https://news.example/rss": `Address  | AsTyped url:"https://news.example/rss" | AsTyped add feed https://news.example/rss`,
		"<https://news.example/rss>":        `Address  | AsTyped url:"https://news.example/rss" | AsTyped <https://news.example/rss>`,
		`"https://news.example/rss" kim`:    `Address kim | AsTyped url:"https://news.example/rss" kim | AsTyped "https://news.example/rss" kim`,
		"x.com/nknews":                      `Address  | AsTyped url:"x.com/nknews" | AsTyped x.com/nknews`,
		"https://t.me/nknews.":              `Address  | AsTyped https://t.me/nknews.`,
		"":                                  "",
		"missile -drill":                    "",
		"moon OR yoon":                      "",
		"a | b":                             "",
		`"a, b"`:                            "",
		"(a, b) c":                          "",
		"13,259":                            "",
		"missile,":                          "",
		"U.S.":                              "",
		"$11.6":                             "",
		"US$":                               "",
		"covid-19":                          "",
		"/a, b/":                            "",
		"/miss.*/":                          "",
		"url:https://news.example/a":        "",
		"source:nknews tag:economy":         "",
		"missile!":                          "",
		"kim [update]":                      "",
		"sanction*":                         "",
		"AT&T":                              "",
		"미사일":                               "",
		"C++":                               "",
		"wow! drill":                        "",
		"! drill":                           "",
		"#":                                 "",
		"a@b":                               "",
		strings.Repeat("a, ", 1000):         "",
		`"unclosed, phrase`:                 "",
	} {
		var list []string
		for _, r := range Readings(typed) {
			list = append(list, fmt.Sprint(habitName(r.Habit), " ", r.Filter))
			if _, err := Parse(r.Filter); err != nil || r.Means == "" || r.Typed == "" {
				t.Errorf("%q: reading %+v, %v", typed, r, err)
			}
		}
		if got := strings.Join(list, " | "); got != want {
			t.Errorf("%q reads as\n%s, want\n%s", typed, got, want)
		}
	}
}

func habitName(h Habit) string {
	return [...]string{"AsTyped", "Everything", "Address", "Mention", "Place", "Sign", "Hashtag", "Either", "Both", "Expression", "Renamed", "Introduced"}[h]
}

func TestReadings_NameWhatWasTyped(t *testing.T) {
	for typed, want := range map[string]string{
		"kim https://news.example/a, moon":         "https://news.example/a",
		"kim @desk @all":                           "@desk @all",
		"https://a.example, https://b.example kim": "https://a.example https://b.example",
		"<#12> kim": "<#12>",
	} {
		list := Readings(typed)
		if len(list) == 0 || list[0].Typed != want {
			t.Errorf("%q: %+v, want %s", typed, list, want)
		}
	}
}

func FuzzReadings(f *testing.F) {
	for _, s := range []string{"a | b, c", "!drill #economy", `x "y, z`, "https://a.example kim", "<@1> [a-z]+", "(a, b", "/x", "-!-a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		for _, r := range Readings(typed) {
			if _, err := Parse(r.Filter); err != nil {
				t.Errorf("%q reads as %q: %v", typed, r.Filter, err)
			}
		}
	})
}
