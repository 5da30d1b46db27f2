package main

import (
	"fmt"
	"slices"
	"strings"
)

// one is the sequence of a single feed.
func one(name string, want []int, steps ...[]shown) sequence {
	return sequence{name: name, feeds: [][][]shown{steps}, want: want}
}

// item is one of many that differ by their number, and share no word.
func item(n int, at string) shown {
	syllables := []string{"ar", "bel", "cor", "dun", "el", "fa", "gil", "hor", "im", "jor", "kel"}
	words := make([]string, 4)
	for i := range words {
		part := n*len(words) + i
		for range 3 {
			words[i] += syllables[part%len(syllables)]
			part /= len(syllables)
		}
	}
	return shown{
		title: strings.Join(words, " "), link: fmt.Sprintf("https://ostrey.example/%d", n), guid: fmt.Sprintf("o-%d", n), at: at,
	}
}

// items are those from one number to another, from the top down.
func items(from, to int, at ...string) []shown {
	var list []shown
	for n := from; n >= to; n-- {
		date := ""
		if len(at) > 0 {
			date = at[min(len(list), len(at)-1)]
		}
		list = append(list, item(n, date))
	}
	return list
}

// hours returns dates so many hours back, from one to another.
func hours(from, to, step int) (list []string) {
	for h := from; h <= to; h += step {
		list = append(list, fmt.Sprintf("-%dh", h))
	}
	return list
}

func sequences() []sequence {
	return slices.Concat(identitySequences(), newsSequences(), renameSequences(), crossSequences(), storySequences())
}

// known is an article that a feed shows from the first step on.
var known = shown{title: "Ostrey plants forty elms", link: "https://ostrey.example/elms", guid: "elms", at: "-30h"}

// identitySequences are about which items are one article.
func identitySequences() []sequence {
	const page = "https://ostrey.example/radio"
	episode := func(n int, title, at string) shown {
		return shown{title: title, link: page, guid: fmt.Sprintf("radio-%d", n), at: at}
	}
	first, second := episode(1, "Who built the crooked pier", "-40h"), episode(2, "Salt roads", "-16h")
	third, fourth := episode(3, "A winter without coal", "-90s"), episode(4, "The last lamplighter", "now")
	return []sequence{
		one("a podcast links its page from every episode", []int{0, 1, 1},
			[]shown{second, first}, []shown{third, second, first}, []shown{fourth, third, second, first}),
		one("a podcast begins with one episode", []int{0, 1, 1}, []shown{first}, []shown{second, first}, []shown{third, second, first}),
		one("two episodes at once", []int{0, 2}, []shown{first}, []shown{fourth, third, first}),
		one("a corrected headline where the link is the name", []int{0, 1, 0},
			[]shown{known},
			[]shown{{title: "Ostrey bridge opens Friday", link: page, at: "-60s"}, known},
			[]shown{{title: "Ostrey bridge to open Sunday, council says", link: page, at: "-60s"}, known}),
		one("a corrected headline where the GUID repeats the link", []int{0, 1, 0},
			[]shown{known},
			[]shown{{title: "Ostrey bridge opens Friday", link: page, guid: page, at: "-60s"}, known},
			[]shown{{title: "Ostrey bridge to open Sunday, council says", link: page, guid: page, at: "-60s"}, known}),
		one("one GUID for all, and no link", []int{0, 1, 1},
			[]shown{{title: "Elms", guid: "N/A", at: "-9h"}, {title: "Oaks", guid: "N/A", at: "-8h"}},
			[]shown{{title: "Birches", guid: "N/A", at: "-60s"}, {title: "Elms", guid: "N/A", at: "-9h"}},
			[]shown{{title: "Willows", guid: "N/A", at: "now"}}),
		one("releases on one page", []int{0, 2},
			[]shown{known},
			[]shown{
				{title: "Loom 4.2", link: "https://loom.example/log#4.2", guid: "https://loom.example/log#4.2", at: "now"},
				{title: "Loom 4.1.7 stops a leak", link: "https://loom.example/log#4.1.7", guid: "https://loom.example/log#4.1.7", at: "now"},
				known,
			}),
		one("a visit's number in the links changes", []int{0, 0, 1},
			[]shown{
				{title: "Elms on Mill Lane", link: "https://ostrey.example/v?id=1&sid=9f"},
				{title: "Oaks on Kiln Road", link: "https://ostrey.example/v?id=2&sid=9f"},
			},
			[]shown{
				{title: "Elms on Mill Lane", link: "https://ostrey.example/v?id=1&sid=4c"},
				{title: "Oaks on Kiln Road", link: "https://ostrey.example/v?id=2&sid=4c"},
			},
			[]shown{
				{title: "Birches by the weir", link: "https://ostrey.example/v?id=3&sid=77"},
				{title: "Elms on Mill Lane", link: "https://ostrey.example/v?id=1&sid=77"},
			}),
		one("addresses change their dress", []int{0, 0},
			[]shown{{title: "Elms on Mill Lane", link: "http://www.ostrey.example/e/"}, {title: "Oaks on Kiln Road", link: "https://ostrey.example/o", guid: "o"}},
			[]shown{
				{title: "Elms on Mill Lane", link: "https://ostrey.example/e?utm_source=rss#xtor=RSS-1"},
				{title: "Oaks on Kiln Road", link: "https://ostrey.example/o?ref=rss", guid: " o "},
			}),
		one("a count of comments grows", []int{0, 1, 0},
			[]shown{known},
			[]shown{{title: "Weir breaks (4 comments)", link: page, guid: "w", at: "-60s", dek: "Nobody is hurt. 12 views"}, known},
			[]shown{{title: "Weir breaks (9 comments)", link: page, guid: "w", at: "-60s", dek: "Nobody is hurt. 80 views"}, known}),
		one("a column of one title and dek", []int{0, 1},
			[]shown{{title: "Five at five", link: "https://ostrey.example/c/1", guid: "c1", at: "-24h", dek: "All you need to know before supper."}},
			[]shown{
				{title: "Five at five", link: "https://ostrey.example/c/2", guid: "c2", at: "now", dek: "All you need to know before supper."},
				{title: "Five at five", link: "https://ostrey.example/c/1", guid: "c1", at: "-24h", dek: "All you need to know before supper."},
			}),
		one("a column of one title and dek, day after day", []int{0, 1, 1},
			[]shown{columnDay(1, "-48h", "All you need to know before supper.")},
			[]shown{columnDay(2, "-24h", "All you need to know before supper."), columnDay(1, "-48h", "All you need to know before supper.")},
			[]shown{columnDay(3, "now", "All you need to know before supper."), columnDay(2, "-24h", "All you need to know before supper.")}),
		one("a column on one page, day after day", []int{0, 1, 1, 1},
			[]shown{onPage(columnDay(1, "-48h", "Elms fall in the storm."))},
			[]shown{onPage(columnDay(2, "-24h", "A weir breaks.")), onPage(columnDay(1, "-48h", "Elms fall in the storm."))},
			[]shown{onPage(columnDay(3, "-60s", "The granary is sold."))},
			[]shown{onPage(columnDay(4, "now", "Coal runs short.")), onPage(columnDay(3, "-60s", "The granary is sold."))}),
		one("GUIDs count places in the document", []int{0, 1, 1, 0},
			numbered(items(5, 1, hours(5, 9, 1)...)), numbered(items(6, 2, hours(4, 8, 1)...)), numbered(items(7, 3, hours(3, 7, 1)...)),
			numbered(items(7, 3, hours(3, 7, 1)...))),
		one("GUIDs count places, and nothing is dated", []int{0, 2, 0}, numbered(items(5, 1)), numbered(items(7, 3)), numbered(items(7, 3))),
		one("a headline is corrected beside a namesake, without links", []int{0, 0, 0},
			[]shown{linkless("a", "Five at five", "-26h"), linkless("b", "Five at five", "-2h")},
			[]shown{linkless("a", "Six at six: elms fall", "-26h"), linkless("b", "Five at five", "-2h")},
			[]shown{linkless("a", "Six at six: elms fall", "-26h"), linkless("b", "Five at five", "-2h")}),
		one("a GUID that is made of the headline", []int{0, 1, 0},
			[]shown{known},
			[]shown{{title: "Ostrey mill burns down", link: page, guid: "tag:ostrey.example,2026:ostrey-mill-burns-down", at: "-60s"}, known},
			[]shown{{title: "Ostrey mill burns down, two hurt", link: page, guid: "tag:ostrey.example,2026:ostrey-mill-burns-down-two-hurt", at: "-60s"}, known}),
		one("items vanish and come back", []int{0, 0, 0, 0},
			items(5, 1, hours(2, 6, 1)...), items(3, 1, hours(4, 6, 1)...), []shown{}, items(5, 1, hours(2, 6, 1)...)),
	}
}

// columnDay is an article of a column that has one title for all.
func columnDay(n int, at, dek string) shown {
	return shown{title: "Five at five", link: fmt.Sprintf("https://ostrey.example/c/%d", n), guid: fmt.Sprintf("c%d", n), dek: dek, at: at}
}

// linkless is an article without a link.
func linkless(guid, title, at string) shown {
	return shown{title: title, guid: guid, dek: "All you need to know, by " + guid + ".", at: at}
}

// onPage is an article of a column that has one page for all.
func onPage(it shown) shown {
	it.link = "https://ostrey.example/five"
	return it
}

// numbered gives items the numbers of their places for GUIDs.
func numbered(list []shown) []shown {
	for i := range list {
		list[i].guid = fmt.Sprintf("item-%d", i)
	}
	return list
}

// newsSequences are about what is news of a known feed, and what is history.
func newsSequences() []sequence {
	yesterday := slices.Repeat([]string{"day -24h"}, 9)
	return []sequence{
		one("the first document is quiet, and the next is news", []int{0, 1}, items(5, 1, hours(2, 6, 1)...), append(items(6, 6, "now"), items(5, 2, hours(2, 5, 1)...)...)),
		one("many undated at the top", []int{0, 8}, items(10, 1), append(items(18, 11), items(10, 8)...)),
		one("an undated archive appears below", []int{0, 1}, items(30, 26), append(items(31, 31), items(30, 5)...)),
		one("the top item was pulled and one is new", []int{0, 1}, items(5, 1), append(items(6, 6), items(4, 1)...)),
		one("an undated feed with its news at the bottom", []int{0, 1, 1, 9},
			reversed(items(10, 1)), reversed(items(11, 2)), reversed(items(12, 3)), reversed(items(21, 3))),
		one("dated by the day", []int{0, 6}, items(9, 1, yesterday...), append(items(15, 10, "day 0h"), items(9, 4, yesterday...)...)),
		one("dated a little before the newest", []int{0, 6},
			items(10, 1, append([]string{"-60s"}, hours(3, 30, 3)...)...),
			append(append(items(10, 10, "-60s"), items(16, 11, "-7m", "-11m", "-13m", "-19m", "-23m", "-29m")...), items(9, 6, hours(3, 12, 3)...)...)),
		one("one item is dated ahead", []int{0, 6},
			append(items(40, 40, "19h"), items(9, 1, hours(3, 12, 1)...)...),
			append(append(items(40, 40, "19h"), items(15, 10, "now")...), items(9, 5, hours(3, 8, 1)...)...)),
		one("dates that always lag", []int{0, 1, 0},
			items(2, 1, "-250h", "-300h"), append(items(3, 3, "-110h"), items(2, 1, "-250h", "-300h")...),
			append(append(items(3, 3, "-110h"), items(4, 4, "-150h")...), items(2, 1, "-250h", "-300h")...)),
		one("a date far in the past among newer ones", []int{0, 0}, []shown{known}, append(items(1, 1, "-90000h"), known)),
		one("a date far ahead is now", []int{0, 1}, []shown{known}, append(items(1, 1, "900h"), known)),
		one("new to the feed though dated earlier that day", []int{0, 1, 1},
			items(5, 1, hours(24, 28, 1)...), append(items(6, 6, "-3h"), items(5, 1, hours(24, 28, 1)...)...),
			append(append(items(6, 6, "-3h"), items(7, 7, "-9h")...), items(5, 1, hours(24, 28, 1)...)...)),
		one("each day's document is all new", []int{0, 10, 10}, items(10, 1, "day -24h"), items(20, 11, "day 0h"), items(30, 21, "day 0h")),
		one("undated and unknown in large number waits for an operator", []int{0, 0}, items(30, 1), items(60, 31)),
	}
}

// reversed returns items with the oldest at the top.
func reversed(list []shown) []shown {
	slices.Reverse(list)
	return list
}

// renameSequences are about sites that give new names to what they published.
func renameSequences() []sequence {
	rename := func(list []shown, at string) []shown {
		list = slices.Clone(list)
		for i := range list {
			list[i].guid, list[i].link = "n"+list[i].guid, "https://new.example/post-"+list[i].guid
			if at != "" {
				list[i].at = at
			}
		}
		return list
	}
	old := items(10, 1, hours(240, 456, 24)...)
	two := items(2, 1, "-240h", "-264h")
	dek := slices.Clone(two)
	for i := range dek {
		dek[i].title, dek[i].dek = fmt.Sprintf("Short %d", i), fmt.Sprintf("The mill of Ostrey grinds for the %d. winter", i)
	}
	return []sequence{
		one("a site moves with its dates", []int{0, 0, 1}, old, rename(old, ""), append(items(50, 50, "now"), rename(old, "")...)),
		one("a rebuilt site dates everything now", []int{0, 0}, old, rename(old, "-1s")),
		one("a rebuilt site of two articles", []int{0, 0}, two, rename(two, "-1s")),
		one("a rebuilt site with deks", []int{0, 0}, dek, rename(dek, "-1s")),
		one("a rebuilt site shows its archive below", []int{0, 0}, old, rename(append(slices.Clone(old), items(108, 100)...), "-1s")),
		one("a rebuilt site with news on top", []int{0, 1}, old, append(items(50, 50, "now"), rename(old, "-1s")...)),
		one("an undated site moves", []int{0, 0}, items(6, 1), rename(items(6, 1), "")),
	}
}

// crossSequences are about two feeds with one article.
func crossSequences() []sequence {
	story := shown{title: "Ostrey council sells the granary", link: "https://HOST/granary", guid: "https://HOST/granary", at: "-60s"}
	copied := story
	copied.title, copied.guid = "Planet: granary sold", "planet-1"
	again := copied
	again.title = "Planet: granary sold for a song"
	other := shown{title: "Planet of trees wakes", link: "https://planet.example/0", guid: "planet-0", at: "-30h"}
	planet := [][]shown{{other}, {copied, other}, {copied, other}, {again, other}}
	owner := [][]shown{{known}, {known}, {story, known}, {story, known}}
	return []sequence{
		{name: "an article of two feeds alerts once", feeds: [][][]shown{planet, owner}, want: []int{0, 1, 0, 0}},
		{name: "its owner's subscribers hear of it from the owner", filter: "source:b", feeds: [][][]shown{planet, owner}, want: []int{0, 0, 1, 0}},
		{name: "a filter that matches only its owner's words", filter: "council", feeds: [][][]shown{planet, owner}, want: []int{0, 0, 1, 0}},
		{name: "a filter that matches none of their words", filter: "harbor", feeds: [][][]shown{planet, owner}, want: []int{0, 0, 0, 0}},
	}
}

// storySequences are about headlines that are alike and report different matters.
func storySequences() []sequence {
	report := func(n int, title, at string) shown {
		return shown{title: title, link: fmt.Sprintf("https://ostrey.example/s/%d", n), guid: fmt.Sprintf("s-%d", n), at: at}
	}
	turn := func(first, second string) [][]shown {
		a, b := report(1, first, "-60s"), report(2, second, "now")
		return [][]shown{{known}, {a, known}, {b, a, known}}
	}
	across := func(name, first, second string, want int) sequence {
		a, b := report(1, first, "-60s"), report(2, second, "now")
		b.link = "https://weir.example/2"
		other := shown{title: "Weir paints its lampposts", link: "https://weir.example/0", guid: "weir", at: "-30h"}
		return sequence{name: name, feeds: [][][]shown{{{known}, {a, known}, {a, known}}, {{other}, {other}, {b, other}}}, want: []int{0, 1, want}}
	}
	return []sequence{
		one("a verdict and its reversal", []int{0, 1, 1}, turn("Court convicts harbor master Brandt of theft", "Court acquits harbor master Brandt of theft")...),
		one("a strike begins and ends", []int{0, 1, 1}, turn("Dockers begin strike at Ostrey port", "Dockers end strike at Ostrey port")...),
		one("a launch and another", []int{0, 1, 1}, turn("Valda fires missile into eastern sea", "Valda fires two more missiles into eastern sea")...),
		one("warnings for three counties", []int{0, 3}, []shown{known}, []shown{
			report(1, "Gale warning for Marren county until 6 pm", "now"), report(2, "Gale warning for Torvald county until 6 pm", "now"),
			report(3, "Gale warning for Bran county until 6 pm", "now"), known,
		}),
		one("advisories", []int{0, 2}, []shown{known}, []shown{
			report(1, "OSA-901-1: loom security update", "now"), report(2, "OSA-902-1: spindle security update", "now"), known,
		}),
		across("newsrooms that say the opposite", "Court convicts harbor master Brandt of theft", "Court acquits harbor master Brandt of theft", 1),
		across("newsrooms whose teams have changed places", "Ravens beat Otters in city final", "Otters beat Ravens in city final", 1),
		across("newsrooms that report one story", "Ostrey council sells old granary to bakers", "Ostrey council sells old granary to bakers, mayor says", 0),
	}
}
