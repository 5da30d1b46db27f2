package htmltext

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestPlain_ReadsWhatPeopleWouldRead(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"text", "Talks resume", "Talks resume"},
		{"white space collapses", "  Talks\n\t resume  ", "Talks resume"},
		{"no-break space", "Talks&nbsp;resume", "Talks resume"},
		{"entities", "Q&amp;A: &#8216;abuse&#x2019; &eacute;t&eacute; &mdash; &quot;no&quot;", "Q&A: ‘abuse’ été — \"no\""},
		{"windows-1252 reference", "It&#146;s on", "It’s on"},
		{"inline elements leave no space", "un<b>believ</b>able", "unbelievable"},
		{"blocks do", "<p>One.</p><p>Two.</p><div>Three<br>four</div>", "One. Two. Three four"},
		{"cells do", "<table><tr><td>a</td><td>b</td></tr></table>", "a b"},
		{"script", "a<script>if (x<y) { alert('<b>') }</script>b", "ab"},
		{"style", "<style>p > a { color: red }</style>Text", "Text"},
		{"frame", "Text<iframe src='//x'>no frames</iframe>", "Text"},
		{"drawing", "Text<svg><title>icon</title><path d=''/></svg>", "Text"},
		{"nested drawing", "a<svg><svg>x</svg>y</svg>b", "ab"},
		{"noscript", "Text<noscript><img src='t.gif'>hello</noscript>", "Text"},
		{"template", "<template><p>x</p></template>Text", "Text"},
		{"hidden", "<div hidden>pre</div><p>Text</p>", "Text"},
		{"not displayed", `<div style="Display : none; x:y">pre<div>more</div></div>Text`, "Text"},
		{"hidden paragraph without end", "<p hidden>x<p>y</p>Text", "Text"},
		{"hidden image hides nothing else", "<img hidden src=x>Text", "Text"},
		{"comment", "a<!-- <b>no</b> -->b", "ab"},
		{"bare less-than", "a<b and c", "a<b and c"},
		{"bare less-than before markup", "if x < y or x<3 then <i>go</i>", "if x < y or x<3 then go"},
		{"bare less-than, unknown name", "x<y and y>z", "x<y and y>z"},
		{"heart", "I <3 Seoul", "I <3 Seoul"},
		{"bare ampersand", "AT&T & R&D", "AT&T & R&D"},
		{"ends in less-than", "cut <", "cut"},
		{"cut within a tag", `Text <a href="https://exam`, "Text"},
		{"cut within an end tag", `<b>Text</b`, "Text"},
		{"cut within a comment", `Text <!-- no`, "Text"},
		{"greater-than in an attribute", `<a title="a > b" href="/x">in</a> out`, "in out"},
		{"element of a program", "<o:p>Text</o:p> <my-mark>x</my-mark>", "Text x"},
		{"formula", `the sum <math display="inline"><mrow><msub xlink:type="simple"><mi>x</mi><mn>1</mn></msub><mo>+</mo><mi>y</mi></mrow></math> here`, "the sum x1+y here"},
		{"encoded markup", "&lt;b&gt;Breaking&lt;/b&gt; news", "Breaking news"},
		{"encoded paragraph", "&lt;p&gt;One&lt;p class=&quot;x&quot;&gt;Two", "One Two"},
		{"prose about markup", "How to use the &lt;b&gt; tag", "How to use the <b> tag"},
		{"sample inside markup", "<p>Write &lt;b&gt;x&lt;/b&gt;</p>", "Write <b>x</b>"},
		{"entity encoded twice", "AT&amp;amp;T &amp;#8217;s", "AT&T ’s"},
		{"entity encoded twice, in code", "<code>&amp;amp;</code>", "&amp;"},
		{"entity encoded three times is decoded twice", "a &amp;amp;amp; b", "a &amp; b"},
		{"invisible and control characters", "a\u200bb\u202ec\x00\x07d\u00ade", "abcde"},
		{"broken encoding", "a\xffb &amp; c\xed\xa0\x80d", "ab & cd"},
		{"unclosed", "<p>One <b>two", "One two"},
		{"surplus end tags", "</b></p>One</div></i>", "One"},
	}
	for _, tt := range tests {
		if got := Plain(tt.in); got != tt.want {
			t.Errorf("%s: Plain(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestTitle_DropsMarkupAndKeepsWords(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"", ""},
		{"Talks\n resume", "Talks resume"},
		{"Q&amp;A: &#8216;abuse&#x2019;", "Q&A: ‘abuse’"},
		{"<em>Blue</em> skies &amp; <b>green</b> seas", "Blue skies & green seas"},
		{"Load <script> without waiting", "Load <script> without waiting"},
		{"The <style>, <title> and <head> of a page", "The <style>, <title> and <head> of a page"},
		{"Why <textarea> grows", "Why <textarea> grows"},
		{"<svg> beats <canvas>", "<svg> beats <canvas>"},
		{"Embed <iframe src=x> twice", "Embed <iframe src=x> twice"},
		{"From <script> to </script> and back", "From <script> to </script> and back"},
		{"Bold with <b> or <strong>?", "Bold with <b> or <strong>?"},
		{"A<script>alert('x')</script>B", "AB"},
		{"A <style>p { color: red }</style>B", "A B"},
		{"One<br>Two <br/> Three<p>Four", "One Two Three Four"},
		{"<p>One</p><div>Two</div>", "One Two"},
		{"Cut <b>in the mid", "Cut in the mid"},
		{"Surplus</b> end</i>s", "Surplus ends"},
		{"p<q and r>s", "p<q and r>s"},
		{"Set<String> is a set", "Set<String> is a set"},
		{"Array<object>", "Array<object>"},
		{"Ada <ada@case.example> leaves", "Ada <ada@case.example> leaves"},
		{"Love <3", "Love <3"},
		{"a <!-- note --> b", "a b"},
		{"a <!-- note b", "a <!-- note b"},
		{"<a href='/x' title='a > b'>Linked</a> words", "Linked words"},
		{"Drop <my-card> into pages", "Drop <my-card> into pages"},
		{"<o:p>Typed</o:p> in an office", "Typed in an office"},
		{"&lt;i&gt;Twice&lt;/i&gt; encoded", "Twice encoded"},
	}
	for _, tt := range tests {
		if got := Title(tt.in); got != tt.want {
			t.Errorf("Title(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestPlain_NothingSwallowsTheRest(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"<p>Use <select> and <button> here</p>": "Use <select> and <button> here",
		"Why <script> blocks, and <style> too":  "Why <script> blocks, and <style> too",
		"Text <script>if (x) {":                 "Text",
		"Text <style> p { } </style> on":        "Text on",
		"if a<b and c>d then":                   "if a<b and c>d then",
		"<svg width=1><path></svg>Text":         "Text",
		"<noscript>x</noscript>Text":            "Text",
		"<video controls>no film</video>Text":   "Text",
	} {
		if got := Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestParse_KeepsLinksAndStyles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     bot.Text
	}{
		{"nothing", " <p> </p> ", nil},
		{"bold and italic", "a <b>b <i>c</i></b> d", bot.Text{
			{Text: "a "},
			{Text: "b", Style: bot.Bold},
			{Text: " "},
			{Text: "c", Style: bot.Bold | bot.Italic},
			{Text: " d"},
		}},
		{"same words", "<strong>a</strong><b>b</b>", bot.Text{{Text: "ab", Style: bot.Bold}}},
		{"struck and code", "<del>a</del><code>b</code>", bot.Text{{Text: "a", Style: bot.Strike}, {Text: "b", Style: bot.Code}}},
		{"link", `See <a href="https://e.example/a?b=1&amp;c=2">the story</a>.`, bot.Text{
			{Text: "See "}, {Text: "the story", Link: "https://e.example/a?b=1&c=2"}, {Text: "."},
		}},
		{"link without user information", `<a href="https://u:p@e.example/">x</a>`, bot.Text{{Text: "x", Link: "https://e.example/"}}},
		{"other schemes", `<a href="javascript:alert(1)">x</a> <a href="data:text/html,y">y</a>`, bot.Text{{Text: "x y"}}},
		{"link never closed, then another", `<a href="https://e.example/1">x<a href="https://e.example/2">y</a>z`, bot.Text{
			{Text: "x", Link: "https://e.example/1"}, {Text: "y", Link: "https://e.example/2"}, {Text: "z"},
		}},
		{"paragraphs and lines", "<p>a</p><p>b<br>c</p>\n<div>d</div>", bot.Text{{Text: "a\n\nb\nc\n\nd"}}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Parse(tt.in)); diff != "" {
			t.Errorf("%s: Parse(%q) (-want +got):\n%s", tt.name, tt.in, diff)
		}
	}
}

func TestParse_IsBounded(t *testing.T) {
	t.Parallel()
	const n = 150_000
	for name, in := range map[string]string{
		"words":            strings.Repeat("word ", n),
		"nested elements":  strings.Repeat("<div><b>", n) + "deep",
		"bare less-than":   strings.Repeat("<a", n),
		"spaced less-than": strings.Repeat("<a ", n) + ">",
		"quotes":           strings.Repeat(`<a "`, n),
		"ampersands":       strings.Repeat("&", n),
		"encoded twice":    strings.Repeat("&amp;lt;b&amp;gt;", n/10),
		"attributes":       "<a " + strings.Repeat("x=y ", n) + ">text",
		"comments":         strings.Repeat("<!--", n),
	} {
		if got := len(Parse(in).String()); got > maxOutput+8 {
			t.Errorf("%s: %d bytes of %d came out, want at most %d", name, got, len(in), maxOutput)
		}
	}
}

func TestLines_KeepsLayoutAndLinks(t *testing.T) {
	t.Parallel()
	in := `<html><head><title>unseen</title><style>p{}</style></head><body>
		<div style="display: none; max-height:0px">A foretaste</div><span style="font-size:1px">tiny</span><p style="opacity: 0.9">seen</p>
		<table><tr><td><a href="https://e.example/1"><b>Title</b> one</a></td><td>Dek, and <a href="https://e.example/more">more</a></td></tr></table>
		<p>Ann Lee<br>March 3, 2024</p></body></html>`
	want := []Line{
		{Text: "seen"},
		{},
		{Text: "Title one", Link: "https://e.example/1"},
		{Text: "Dek, and more"},
		{},
		{Text: "Ann Lee"},
		{Text: "March 3, 2024"},
	}
	if diff := cmp.Diff(want, Lines(in)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLines_IsBounded(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"words":  strings.Repeat("word ", maxPage),
		"blocks": strings.Repeat("<p>a", maxPage/2),
		"links":  strings.Repeat(`<a href="https://e.example/">x</a>`, maxPage/16),
	} {
		size := 0
		for _, l := range Lines(in) {
			size += len(l.Text)
		}
		if size > maxPage {
			t.Errorf("%s: %d bytes came out", name, size)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "a<b", "<p>x</p>", `<a href="https://e.example">x</a>`, "&lt;b&gt;x&lt;/b&gt;", "AT&amp;amp;T",
		"<script>x", "<svg><b>", "<p hidden>a<p>b", "<!--", "<![CDATA[x]]>", "\xff<\x00b>", "<code>&amp;lt;</code>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, span := range Parse(s) {
			if span.Text == "" || !utf8.ValidString(span.Text) {
				t.Errorf("Parse(%q) has span %q", s, span.Text)
			}
			if span.Link != "" && bot.CleanURL(span.Link) != span.Link {
				t.Errorf("Parse(%q) has link %q", s, span.Link)
			}
		}
		if got := Plain(s); got != bot.CleanText(got, maxOutput) {
			t.Errorf("Plain(%q) = %q is not clean", s, got)
		}
	})
}

func FuzzTitle(f *testing.F) {
	for _, s := range []string{
		"", "a<b", "How <script> tags", "<em>x</em>", "</b>", "<b", "<!-- x", "<a-b>", "<\xff>", "<p hidden>x", "&lt;b&gt;x&lt;/b&gt;", "<svg></svg>", "a < b > c",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Title(s)
		if !utf8.ValidString(got) || strings.Contains(got, "\n") || len(got) > maxOutput {
			t.Errorf("Title(%q) = %q", s, got)
		}
		if again := bot.CleanText(got, maxOutput); again != got {
			t.Errorf("Title(%q) = %q is not clean", s, got)
		}
	})
}
