package store

import (
	"slices"
	"strings"

	"tidings/internal/lazyregexp"
)

// addTurns finds turns that are not words of their own.
func (h *headline) addTurns(text string) {
	text = strings.ToLower(text)
	if strings.Contains(text, "n't") || strings.Contains(text, "n’t") {
		h.turns["not"] = true
	}
	if calledOff.MatchString(text) {
		h.turns["cancel"] = true
	}
	if !h.cjk {
		return
	}
	for _, turn := range []string{
		"않", "못", "아니", "없", "무죄", "유죄", "부결", "가결", "상승", "하락", "시작", "종료", "취소", "거부", "또",
		"ない", "ず", "無罪", "有罪", "否決", "可決", "上昇", "下落", "開始", "終了", "中止", "拒否", "再び",
		"不", "没", "未", "否", "无罪", "有罪", "上涨", "下跌", "开始", "结束", "取消", "拒绝", "再次",
	} {
		if strings.Contains(text, turn) {
			h.turns[turn] = true
		}
	}
}

// calledOff matches what is not one word.
var calledOff = lazyregexp.New(`\bcall(?:s|ed|ing)?\s+off\b`)

// turnOf returns the turn that a folded word makes, or "". What one headline has of them the other must have.
func turnOf(word string) string {
	switch word {
	case "not", "no", "never", "nor", "none", "without", "nicht", "kein", "keine", "pas", "jamais", "nunca", "non":
		return "not"
	case "more", "another", "again", "second", "third", "anew":
		return "again"
	case "higher", "lower", "guilty", "innocent":
		return word
	}
	for _, beginning := range [...]string{
		"acquit", "convict", "reject", "den", "end", "begin", "start", "fail", "cancel", "postpone", "overturn", "uphold", "survive",
		"resume", "halt", "suspend", "withdraw", "veto", "block", "refus", "delay", "clear", "appeal",
	} {
		rest, found := strings.CutPrefix(word, beginning)
		if !found || word == "den" {
			continue
		}
		switch rest {
		case "", "e", "s", "ed", "es", "ing", "y", "ies", "ied", "ted", "ning", "led", "ling":
			return beginning
		}
	}
	return ""
}

// opposites are words of which one headline may have the one or the other, and then they report different stories.
var opposites = [][2][]string{
	{
		{
			"rises", "rise", "rose", "gains", "gain", "jumps", "jump", "up", "climbs", "soars", "increases", "raises", "raise",
			"rebounds", "recovers", "rallies", "surges", "strengthens", "widens", "grows", "hikes", "advances",
		},
		{
			"falls", "fall", "fell", "loses", "drops", "drop", "down", "slips", "plunges", "decreases", "cuts", "cut", "lowers",
			"slides", "sinks", "tumbles", "dips", "declines", "weakens", "narrows", "shrinks", "eases", "retreats",
		},
	},
	{{"wins", "win", "won", "beats", "beat"}, {"loses", "lose", "lost"}},
	{{"opens", "open", "opened", "reopens"}, {"closes", "close", "closed", "shuts"}},
	{{"passes", "approves", "backs", "accepts", "supports"}, {"refuses", "opposes", "rejects", "blocks"}},
	{{"arrested", "jailed", "jails", "arrests", "detained"}, {"freed", "frees", "released", "releases"}},
	{{"buys", "buy"}, {"sells", "sell"}},
	{{"signs", "signed"}, {"drops", "vetoes", "scraps", "withdraws", "abandons", "shelves"}},
	{{"charged", "charges", "accused", "indicted"}, {"cleared", "clears", "exonerated"}},
	{{"returns", "enters"}, {"leaves", "exits"}},
	{{"upholds", "confirms"}, {"strikes", "annuls", "quashes"}},
	{{"joins", "join"}, {"quits", "leaves", "quit"}},
	{{"man", "men", "boy"}, {"woman", "women", "girl"}},
	{{"morning"}, {"evening", "afternoon", "night"}},
	{{"north", "northern"}, {"south", "southern"}},
	{{"east", "eastern"}, {"west", "western"}},
}

// turnsFrom reports whether two headlines report different stories, however alike they are: one turns the other, has
// another number, another name, or the same names in another order.
func (h *headline) turnsFrom(o *headline) bool {
	if len(h.turns) != common(h.turns, o.turns) || len(o.turns) != len(h.turns) || h.isOpposite(o) {
		return true
	}
	if n := common(h.numbers, o.numbers); n < len(h.numbers) && n < len(o.numbers) {
		return true
	}
	return h.otherNames(o) || h.otherOrder(o)
}

func (h *headline) isOpposite(o *headline) bool {
	is, was := setOf(h.words), setOf(o.words)
	has := func(set map[string]bool, words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return set[w] })
	}
	for _, pair := range opposites {
		for _, p := range [][2][]string{pair, {pair[1], pair[0]}} {
			if has(is, p[0]) && !has(was, p[0]) && has(was, p[1]) && !has(is, p[1]) {
				return true
			}
		}
	}
	return false
}
