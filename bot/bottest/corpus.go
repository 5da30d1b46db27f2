package bottest

import "strings"

// Sample is one piece of text from outside.
type Sample struct {
	Name string
	Text string
}

// Texts returns text that has broken or misled chats: markup of every platform, mentions, invisible
// characters, what is longer than any limit, characters made of several. An adapter must show each
// of them to its readers as it stands, apart from what is invisible, and must ping no one.
func Texts() []Sample {
	return append(plainTexts(), longTexts()...)
}

// plainTexts are short enough for every platform.
func plainTexts() []Sample {
	return []Sample{
		{"ampersand", `AT&T <3 fish & chips; 1 < 2 > 0`},
		{"html", `<b>bold</b> <a href="https://evil.example/">click</a> <script>alert(1)</script>`},
		{"html unclosed", `<b>never closed </i> <unknown attr=">`},
		{"html entities", `&lt;b&gt; &amp;amp; &#60;i&#62; &#x3c; &nbsp; &lt &copy`},
		{"html comment", `<!-- --> <![CDATA[x]]> <?php ?>`},
		{"quotes", `"double" 'single' “curly” ‘typographic’ «guillemets»`},
		{"markdown", "*bold* _italic_ __under__ ~~strike~~ ||spoiler|| `code` ```block```"},
		{"markdown at the start", "# heading"},
		{"markdown quote", "> quoted"},
		{"markdown list", "- item, 1. item"},
		{"masked link", `[click here](https://evil.example/) [a]: https://evil.example`},
		{"backslashes", `C:\new\*star* \\ \_ \`},
		{"unbalanced", "a*b _c `d ~e |f [g (h"},
		{"everyone", "@everyone @here wake up"},
		{"user mention", "<@123456789012345678> <@!123456789012345678> <@&123456789012345678>"},
		{"channel mention", "<#123456789012345678> </latest:123456789012345678> <id:customize>"},
		{"custom emoji", "<:pepe:123456789012345678> <a:wave:123456789012345678> <t:0:R>"},
		{"at name", "@durov says (@telegram) and x@example.com"},
		{"telegram link", "tg://user?id=777000 and tg://resolve?domain=durov"},
		{"bare links", "https://example.com/a_b_c?d=*e* http://example.com example.com"},
		{"bot command", "/start /stop@otherbot and/or 24/7 km/h"},
		{"hashtag", "#NorthKorea $TICKER"},
		{"bidi override", "abc \u202egnp.exe\u202c \u2066isolated\u2069 end"},
		{"zero width", "zero\u200bwidth\ufeff soft\u00adhyphen\u2060joiner"},
		{"nul and control", "a\x00b\x01c\x1bd\x7fe"},
		{"broken utf-8", "a\xffb\xc3(c\xe2\x82 d\xed\xa0\x80e"},
		{"replacement character", "was \ufffd lost"},
		{"line breaks", "one\ntwo\r\nthree\u2028four\u2029five\vsix"},
		{"white space", "  many   spaces\t\ttabs\u00a0no-break  "},
		{"right to left", "كوريا الشمالية تطلق صاروخا (KCNA) צפון קוריאה 2021"},
		{"hangul", "북한, 탄도미사일 발사 — 합참"},
		{"conjoining jamo", "\u1112\u1161\u11ab\u1100\u1173\u11af"},
		{"han", "朝鮮中央通信「新型」ミサイル、试射成功"},
		{"combining marks", "e\u0301 a\u0308\u0304 Z\u0335\u0321\u0327 x\u20dd"},
		{"emoji", "👍🏽 ❤️ 🇰🇵🇰🇷 👩‍👩‍👧‍👦 🏳️‍🌈 1️⃣"},
		{"outside the base plane", "𝕂𝕚𝕞 𐎀𐎁 𠮷"},
		{"format verbs", "100%s %d %!v(MISSING) {{.Title}} ${HOME} $1"},
		{"sql", `'; DROP TABLE articles; --`},
		{"json", `{"a":"b"}\u0041\n`},
		{"only markup", "***"},
		{"one character", "x"},
	}
}

// longTexts are beyond every platform's limit, with something indivisible wherever it is cut.
func longTexts() []Sample {
	return []Sample{
		{"long words", strings.TrimSpace(strings.Repeat("Pyongyang announces plans ", 800))},
		{"long without spaces", strings.Repeat("x", 10_000)},
		{"long markup", strings.TrimSpace(strings.Repeat("<b>&*_`@ ", 1200))},
		{"long emoji families", strings.Repeat("👩‍👩‍👧‍👦", 500)},
		{"long flags", strings.TrimSpace(strings.Repeat("🇰🇵🇰🇷 ", 1000))},
		{"long combining marks", strings.Repeat("e\u0301\u0323", 2500)},
		{"long astral", strings.Repeat("𠮷", 3000)},
		{"long right to left", strings.TrimSpace(strings.Repeat("كوريا الشمالية ", 700))},
		{"long hangul", strings.Repeat("미사일", 2000)},
	}
}
