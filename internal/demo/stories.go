package demo

import "slices"

// draft is a story before its blanks are filled. Blanks are words in braces, from the lists of [blanks].
type draft struct {
	title string
	dek   string
	tags  []string
	// authors is how many correspondents wrote it; 0 means one.
	authors int
	// pictured says that the story has an image.
	pictured bool
}

// blanks returns what may stand in a draft's blanks.
func blanks() map[string][]string {
	return map[string][]string{
		"{place}": {
			"Port Sorrel", "Gull Harbor", "Tarn Bay", "North Skerry", "Cape Ansel", "Wickmouth", "Fell Island",
			"Old Quay", "Brannock Sound", "the Marl peninsula",
		},
		"{official}": {
			"Premier Odran Vey", "Foreign minister Ilse Corran", "General Brannoch Tull", "Speaker Maela Vey",
			"Harbor minister Pell Dunmore", "Treasurer Aune Sallow", "Envoy Rufus Thane",
		},
		"{neighbor}": {"Lothmark", "Avenmoor", "the Sundry League", "East Calder"},
		"{expert}": {
			"analysts in Lothmark", "two former officers", "shipping records", "people familiar with the plans",
			"satellite pictures", "a retired envoy", "radio listeners",
		},
		"{number}":  {"three", "four", "five", "seven", "nine", "eleven", "two dozen"},
		"{amount}":  {"4.2", "7.5", "11", "13.8", "26", "31.4", "58"},
		"{weekday}": {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
		"{season}":  {"spring", "summer", "autumn", "winter"},
	}
}

// correspondents returns the people of the newsroom, none of whom exists.
func correspondents() []string {
	return []string{
		"Tamsin Orrel", "Davit Malko", "Ines Quarrie", "Jun Haldane", "Petra Voss-Lind", "Marek Olu", "Sunniva Drake",
		"Oona Castellane",
	}
}

// missileDrafts returns the stories that `/subscribe missile` is about.
func missileDrafts() []draft {
	return []draft{
		{
			title: "Kestrel Islands test a new coastal missile off {place}",
			dek:   "It flew {amount} kilometers before falling into the sea, according to {expert}",
			tags:  []string{"military", "missile"}, authors: 2, pictured: true,
		},
		{
			title: "Missile crews seen rehearsing near {place} for the {season} parade",
			dek:   "Pictures from {weekday} show {number} launchers under canvas, parked in the order of a march",
			tags:  []string{"military", "parade"}, pictured: true,
		},
		{
			title: "{official}: “No missile leaves its shed without my word”",
			dek:   "The remark, made on {weekday} in {place}, answers rumors of a launch that nobody had ordered",
			tags:  []string{"politics", "missile"},
		},
		{
			title: "{neighbor} protests after a missile test closes the fishing grounds",
			dek:   "Some {number} trawlers were turned back off {place}; their owners ask who pays for the fuel",
			tags:  []string{"diplomacy", "missile"}, authors: 2,
		},
		{
			title: "What we know about the missile that was not in the parade",
			dek:   "{expert} point to a truck that left {place} full and came back empty",
			tags:  []string{"analysis", "missile"}, pictured: true,
		},
		{
			title: "Missile drill wakes {place} at 4 a.m., and the mayor with it",
			dek:   "Sirens went on for {number} minutes before anyone found the key of the box",
			tags:  []string{"society", "missile"},
		},
		{
			title: "Talks on a missile limit resume in {place} after {number} months",
			dek:   "{official} wants ranges counted in sea miles; {neighbor} wants them counted at all",
			tags:  []string{"diplomacy", "missile"}, authors: 3,
		},
		{
			title: "Foundry in {place} denies making missile parts, shows pots & pans",
			dek:   "Inspectors on {weekday} counted {number} furnaces and, they say, only one of them was warm",
			tags:  []string{"economy", "sanctions"},
		},
		{
			title: "General Tull retires the last anti-ship missile of the old fleet",
			dek:   "It never hit anything, the ministry said with some pride at a ceremony in {place}",
			tags:  []string{"military", "missile"}, pictured: true,
		},
		{
			title: "Ballistic or not? The {season} missile launch divides the experts",
			dek:   "The path was too flat for one camp and too steep for the other; {expert} offer a third view",
			tags:  []string{"analysis", "missile"}, authors: 2,
		},
	}
}

// otherDrafts returns the rest of the news.
func otherDrafts() []draft {
	return slices.Concat(politicsDrafts(), diplomacyDrafts(), economyDrafts(), lifeDrafts())
}

func politicsDrafts() []draft {
	return []draft{
		{
			title: "Congress opens in {place} with a speech of {number} hours",
			dek:   "{official} spoke of self-reliance, of herring, and only at the very end of the budget",
			tags:  []string{"politics", "congress"}, authors: 2, pictured: true,
		},
		{
			title: "Signs of a night parade detected in {place} on {weekday}",
			dek:   "Residents heard marching bands after curfew, and {expert} counted floats under tarpaulin",
			tags:  []string{"military", "parade"}, pictured: true,
		},
		{
			title: "Maela Vey scolds {neighbor} for watching the parade too closely",
			dek:   "They must have “nothing better to do than count our drums”, the speaker said on {weekday}",
			tags:  []string{"politics", "parade"},
		},
		{
			title: "{official} named first secretary, a title kept empty for {number} years",
			dek:   "Congress rose to applaud before the vote had been announced",
			tags:  []string{"politics", "congress"}, pictured: true,
		},
		{
			title: "Congress spends {weekday} on fish quotas and goes home happy",
			dek:   "The leaders ironed out finer details about nets, mesh and the future of herring",
			tags:  []string{"politics", "congress"},
		},
		{
			title: "{official} hints at a harder campaign against “cushioned chairs”",
			dek:   "Experts say the phrase foreshadows dismissals in {place}, where the chairs are very good",
			tags:  []string{"politics"},
		},
		{
			title: "Premier absent as officials talk science plans at the congress",
			dek:   "His chair stood empty on {weekday}; a cup of tea in front of it was changed {number} times",
			tags:  []string{"politics", "congress"}, authors: 2,
		},
	}
}

func diplomacyDrafts() []draft {
	return []draft{
		{
			title: "“Any day, any quay”: {neighbor} offers the Islands a summit",
			dek:   "{official} called the letter “almost polite” and promised an answer by {weekday}",
			tags:  []string{"diplomacy"}, authors: 2,
		},
		{
			title: "Video room for talks with {neighbor} to cost {amount} thousand crowns",
			dek:   "The ministry is looking for builders who can keep a secret and run a cable to {place}",
			tags:  []string{"diplomacy", "budget"},
		},
		{
			title: "Ambassador to Port Sorrel ends a tenure that pleased nobody",
			dek:   "After {number} years and one famous mustache, the envoy of {neighbor} sails on {weekday}",
			tags:  []string{"diplomacy"}, authors: 2,
		},
		{
			title: "Summit in {place} ends early, with a handshake and no paper",
			dek:   "Both sides call it a start; {expert} call it lunch",
			tags:  []string{"diplomacy"}, pictured: true,
		},
	}
}

func economyDrafts() []draft {
	return []draft{
		{
			title: "{neighbor} widens sanctions to rope, paint and {number} harbor tugs",
			dek:   "The list reaches further than the last one, and it names a yard in {place} for the first time",
			tags:  []string{"sanctions", "economy"},
		},
		{
			title: "Budget gap of {amount} million crowns, and nobody will say why",
			dek:   "{official} blames the {season} storms; the books, seen by this newsroom, blame a bridge",
			tags:  []string{"economy", "budget"},
		},
		{
			title: "Sanctions bite: {place} runs out of coffee and then of patience",
			dek:   "The queue at the one open stall was {number} streets long; {expert} expect no ship this week",
			tags:  []string{"sanctions", "society"},
		},
		{
			title: "Budget 1 < Budget 2: how the treasury counted one bridge twice",
			dek:   "A footnote on page {number} turned {amount} million crowns into a surplus",
			tags:  []string{"economy", "budget"},
		},
		{
			title: "Harvest in {place} best in {number} years, says the ministry of hope",
			dek:   "Farmers agree about the barley and differ about the ministry",
			tags:  []string{"economy"},
		},
		{
			title: "Smugglers of {place} laugh about sanctions, until the tide turns",
			dek:   "Harbor police towed in {number} boats on {weekday}, all of them full of lamp oil",
			tags:  []string{"sanctions", "society"}, authors: 2,
		},
		{
			title: "Lighthouse at {place} sold to a buyer from {neighbor}",
			dek:   "Congress wants to know who signed, and whether the lamp was included",
			tags:  []string{"economy", "congress"}, pictured: true,
		},
		{
			title: "Power cuts in {place}: two hours on, two hours off, “a rhythm”",
			dek:   "{official} advises reading aloud; the budget for coal ran out last {season}",
			tags:  []string{"economy", "budget"},
		},
		{
			title: "Wool price up by {amount} percent on news of nothing in particular",
			dek:   "Traders in {place} blame {expert}, who blame the traders",
			tags:  []string{"economy"},
		},
	}
}

func lifeDrafts() []draft {
	return []draft{
		{
			title: "Ferry to {place} back after {number} weeks of fog",
			dek:   "The first boat carried post, onions and a wedding party that had given up waiting",
			tags:  []string{"society"}, pictured: true,
		},
		{
			title: "Parade shoes: the cobblers of {place} work through the night",
			dek:   "An order for {amount} thousand left boots came first, the right ones follow on {weekday}",
			tags:  []string{"society", "parade"}, pictured: true,
		},
		{
			title: "State radio drops its pips; half of {place} comes late to work",
			dek:   "{expert} noticed first, at eight o’clock and eleven minutes",
			tags:  []string{"society"},
		},
		{
			title: "Islands test {amount} thousand people for reef fever, find none",
			dek:   "Health workers welcome the figure and would like to see a single test",
			tags:  []string{"health"},
		},
		{
			title: "First train on the {place} line arrives a day early",
			dek:   "It had left, {expert} believe, on the wrong {weekday}",
			tags:  []string{"society"},
		},
		{
			title: "National chess team beats {neighbor}, defects to the buffet",
			dek:   "A summit of grandmasters ends {number} to two, with the herring untouched",
			tags:  []string{"sport"}, authors: 2,
		},
		{
			title: "Museum in {place} opens a hall for gifts nobody asked for",
			dek:   "Among them are {number} stuffed seals, sent by {neighbor} after the last summit",
			tags:  []string{"culture"}, pictured: true,
		},
		{
			title: "Storm takes the roof off the parade stand in {place}",
			dek:   "Nobody was hurt; {official} called the open sky “a better ceiling”",
			tags:  []string{"weather", "parade"}, pictured: true,
		},
		{
			title: "School in {place} teaches the budget as a comedy in {number} acts",
			dek:   "The ministry asked for the script, laughed on page two, and kept it",
			tags:  []string{"society", "budget"},
		},
		{
			title: "Postal workers find {number} sacks of letters from {season} before last",
			dek:   "Most are summit invitations; one is a proposal, and she still says yes",
			tags:  []string{"society"},
		},
	}
}
