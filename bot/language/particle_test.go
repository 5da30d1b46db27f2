package language_test

import (
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

func TestText_PutsTheKoreanParticleThatTheWordTakes(t *testing.T) {
	t.Parallel()
	b, _ := book(t)
	for word, want := range map[string]string{
		"연합뉴스": "연합뉴스는", "한겨레신문": "한겨레신문은", "서울": "서울은", "nknews": "nknews는", "BBN": "BBN은", "channel 7": "channel 7은", "wire 2": "wire 2는",
		"gazette": "gazette은(는)", "mon 08:00": "mon 08:00은(는)", "朝日": "朝日은(는)", "sanction*": "sanction*은(는)", "": "은(는)", "뉴스 (서울)": "뉴스 (서울)은",
	} {
		if got, _, _ := strings.Cut(b.Text("ko", bot.Say("%s isn't paused.", word)).String(), " 일시"); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
	styled := bot.Say("%s isn't paused.", bot.Styled("한국", bot.Code))
	if got := b.Text("ko", styled); len(got) != 2 || !strings.HasPrefix(got[1].Text, "은 ") {
		t.Errorf("behind code: %+v", got)
	}
	at := bot.Moment(time.Unix(0, 0), time.UTC)
	title := bot.Plain("은(는)")
	if got := b.Text("ko", bot.Join(at, title)).String(); !strings.HasSuffix(got, "은(는)") {
		t.Errorf("a headline has become %q", got)
	}
}

func TestText_ChoosesRoByTheFinalConsonant(t *testing.T) {
	t.Parallel()
	b, _ := book(t)
	for word, want := range map[string]string{"서울": "서울로", "부산": "부산으로", "제주": "제주로", "11": "11로", "10": "10으로"} {
		if got := b.Text("ko", bot.Say("I read “%s” as %s: %s.", "a", word, "b")).String(); !strings.Contains(got, want+" ") {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}

func TestText_ChoosesNaByTheFinalConsonant(t *testing.T) {
	t.Parallel()
	b, _ := book(t)
	for word, want := range map[string]string{"서울": "서울이나 ", "제주": "제주나 ", "2h": "2h(이)나 "} {
		if got := b.Text("ko", bot.Say("A city or an offset, as in %s or %s.", word, "b")).String(); !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}

func TestText_HasNoGapsBetweenSentencesWhereAScriptHasNone(t *testing.T) {
	t.Parallel()
	b, _ := book(t)
	text := bot.Join(bot.Say("Nothing changed."), bot.Plain(" "), bot.Say("Nothing changed."), bot.Plain(" "), bot.Plain("a b"))
	for code, spaces := range map[string]int{"ja": 1, "zh-CN": 1, "en": 5} {
		if got := b.Text(code, text).String(); strings.Count(got, " ") != spaces {
			t.Errorf("%s: %q, want %d spaces", code, got, spaces)
		}
	}
	text = bot.Join(bot.Known("All commands"), bot.Plain(" "), bot.Say("(managers)"), bot.Plain(" "), bot.Say("Why?"))
	for code, want := range map[string]string{"ja": "すべてのコマンド（管理者）なぜ？", "zh-CN": "所有命令（管理员）为什么？"} {
		if got := b.Text(code, text).String(); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
