package store

import (
	"cmp"
	"slices"
	"strings"

	"tidings/bot/filter"
)

// events are kinds of what headlines report, each with the words that report it, whichever newsroom writes them. Words
// that mean several kinds ("strike", "hit", "fire") are of none.
var events = map[string]string{
	"death":      "die died dead death kill",
	"mourning":   "tribute mourn mourner funeral obituary",
	"arrest":     "arrest detain held custody caught nab",
	"release":    "release free freed bail",
	"charge":     "charge indict accuse prosecute",
	"sentence":   "sentence jail imprison prison",
	"trial":      "trial testify testified testimony plead hear hearing",
	"theft":      "steal stole stolen theft thieve heist rob robbery robber burglary",
	"stabbing":   "stab stabbed knife",
	"shooting":   "shoot shot gunman gunmen",
	"resigning":  "resign resignation quit",
	"election":   "elect election reelect",
	"poll":       "poll survey",
	"campaign":   "campaign candidacy",
	"debate":     "debate discuss mull consider weigh",
	"threat":     "threat threaten warn warning alert",
	"agreement":  "agree agreement deal pact accord",
	"proposal":   "propose proposal",
	"swap":       "swap exchange",
	"buying":     "buy bought acquire acquisition takeover purchase",
	"capture":    "seize capture overrun",
	"recapture":  "retake retook recapture",
	"assault":    "attack assault raid shell bomb bombard",
	"finding":    "find found discover discovery unearth",
	"winning":    "beat beaten defeat outlast victory triumph thrash edge",
	"draw":       "draw drew tie",
	"meeting":    "meet met meeting talk",
	"launch":     "launch liftoff unveil introduce debut",
	"review":     "review verdict explain explainer analysis opinion",
	"inquiry":    "inquiry investigate investigation",
	"fine":       "fine penalty",
	"suit":       "sue suing lawsuit",
	"ban":        "ban banned outlaw prohibit",
	"blast":      "explosion blast explode",
	"quake":      "earthquake quake tremor temblor",
	"flood":      "flood flooding deluge",
	"slide":      "landslide mudslide",
	"contain":    "contain extinguish douse",
	"crash":      "crash collide collision derail",
	"rescue":     "rescue",
	"eruption":   "erupt eruption",
	"evacuation": "evacuate evacuation",
	"apology":    "apologize apology regret sorry",
	"visit":      "visit trip",
	"signing":    "sign",
	"protest":    "protest demonstrate demonstration",
	"market":     "share stock",
	"approval":   "approve approval vote ratify ratification adopt endorse",
	"hiring":     "hire appoint name",
	"removal":    "oust sack dismiss remove removal topple",
	"delivery":   "deliver delivery",
	"departure":  "depart departure exit",
	"return":     "return",
	"search":     "search hunt",
	"settling":   "settle settlement",
	"aid":        "aid donate donation relief",
	"question":   "who what why how could might may",
}

// synonyms are words for one thing of which newsrooms take the one or the other.
var synonyms = map[string]string{
	"lower":      "cut lower reduce slash trim",
	"raise":      "raise hike lift increase",
	"jobless":    "unemployment jobless unemployed",
	"law":        "law bill legislation",
	"parliament": "parliament lawmaker mps chamber",
	"supreme":    "supreme top",
	"plane":      "plane jet airliner aircraft",
	"ship":       "ship vessel boat ferry",
	"hurricane":  "hurricane storm typhoon cyclone",
	"spacecraft": "spacecraft probe orbiter",
	"percent":    "percent pct",
	"north":      "north northern",
	"south":      "south southern",
	"east":       "east eastern",
	"west":       "west western",
	"fire":       "fire wildfire blaze bushfire",
	"official":   "official authority authorities",
}

// eventOf and synonymOf are the tables by stem.
var eventOf, synonymOf = byStem(events), byStem(synonyms)

// byStem turns a table around.
func byStem(table map[string]string) map[string]string {
	of := map[string]string{}
	for kind, words := range table {
		for word := range strings.FieldsSeq(words) {
			for _, form := range []string{word, stem(word), strings.TrimSuffix(word, "e")} {
				of[form] = kind
			}
		}
	}
	return of
}

// conceptOf returns what a stem means, whichever word a newsroom takes for it.
func conceptOf(stem string) string { return cmp.Or(eventOf[stem], synonymOf[stem], stem) }

// eventsIn returns the kinds of what a text reports.
func eventsIn(text string) map[string]bool {
	found := map[string]bool{}
	for _, word := range filter.Tokens(text) {
		if kind := eventOf[stem(word)]; kind != "" {
			found[kind] = true
		}
	}
	return found
}

// otherEvents reports whether one title reports what the other's title and dek say nothing of: a trial, where the other
// has an arrest.
func (h *headline) otherEvents(o *headline) bool {
	return common(h.events, o.told) < len(h.events) || common(o.events, h.told) < len(o.events)
}

// isBeside reports whether the headline has news that another lacks: a name in its title, or most of what stands there
// before "after" and its like. What two articles share may be no more than the background of both.
func (h *headline) isBeside(o *headline) bool {
	if h.sentence && slices.ContainsFunc(h.proper, func(name string) bool {
		return h.lacksName(name, o) && (h.given[name] == "" || h.lacksName(h.given[name], o))
	}) {
		return true
	}
	main := h.mainClause()
	all, row := 0, 0
	for _, word := range main {
		if o.all[conceptOf(stem(word))] {
			row = 0
			continue
		}
		all, row = all+1, row+1
		if row > 1 {
			return true
		}
	}
	return all > 0 && 2*all >= len(main)
}

// mainClause returns the words of the title that say something, without what had happened before.
func (h *headline) mainClause() (words []string) {
	for _, word := range h.words {
		switch word {
		case "after", "over", "amid", "following", "before", "as", "when", "since":
			if len(words) > 0 {
				return words
			}
		}
		if !isFiller(word) {
			words = append(words, word)
		}
	}
	return words
}
