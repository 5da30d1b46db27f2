package telegram

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestHTML_ReadsTheRealGrammar(t *testing.T) {
	tests := map[string]struct {
		in, text string
		entities []Entity
	}{
		"plain":            {in: "a b", text: "a b"},
		"entities":         {in: "&lt;b&gt; &amp; &quot;&#65;&#x42;&quot;", text: `<b> & "AB"`},
		"no semicolon":     {in: "AT&ampT", text: "AT&ampT"},
		"bare amp":         {in: "AT&amp T &", text: "AT& T &"},
		"unknown entity":   {in: "&nbsp;&apos;&#0;", text: "&nbsp;&apos;&#0;"},
		"case, spaces":     {in: "<B >x</B\n>", text: "x", entities: []Entity{{Type: "bold", Length: 1}}},
		"empty end tag":    {in: "<i>x</>", text: "x", entities: []Entity{{Type: "italic", Length: 1}}},
		"empty element":    {in: "<b></b>x", text: "x"},
		"utf-16":           {in: "🚀<u>é</u>", text: "🚀é", entities: []Entity{{Type: "underline", Offset: 2, Length: 1}}},
		"emoji inside":     {in: "<s>🚀</s>", text: "🚀", entities: []Entity{{Type: "strikethrough", Length: 2}}},
		"spoilers":         {in: `<tg-spoiler>a</tg-spoiler> <span class="tg-spoiler">b</span>`, text: "a b", entities: []Entity{{Type: "spoiler", Length: 1}, {Type: "spoiler", Offset: 2, Length: 1}}},
		"link":             {in: `<a href="https://Example.com?a=1&amp;b=2">x</a>`, text: "x", entities: []Entity{{Type: "text_link", Length: 1, URL: "https://example.com/?a=1&b=2"}}},
		"link, bare":       {in: `<a href=example.com>x</a>`, text: "x", entities: []Entity{{Type: "text_link", Length: 1, URL: "http://example.com/"}}},
		"link, own text":   {in: `<a>example.com</a>`, text: "example.com", entities: []Entity{{Type: "text_link", Length: 11, URL: "http://example.com/"}}},
		"link, no dot":     {in: `<a href="http://localhost/x">x</a>`, text: "x"},
		"link, script":     {in: `<a href="javascript:alert(1)">x</a>`, text: "x"},
		"link, other attr": {in: `<a class='y' href='http://a.example/'>x</a>`, text: "x", entities: []Entity{{Type: "text_link", Length: 1, URL: "http://a.example/"}}},
		"mention":          {in: `<a href="tg://user?id=7">x</a>`, text: "x", entities: []Entity{{Type: "text_mention", Length: 1, User: &User{ID: 7}}}},
		"code":             {in: `<code class="language-go">x</code>`, text: "x", entities: []Entity{{Type: "code", Length: 1}}},
		"pre with code":    {in: `<pre><code class="language-go">x</code></pre>`, text: "x", entities: []Entity{{Type: "pre", Length: 1, Language: "go"}}},
		"code with pre":    {in: `<code class="language-go"><pre>x</pre></code>`, text: "x", entities: []Entity{{Type: "pre", Length: 1, Language: "go"}}},
		"quote":            {in: `<blockquote>x</blockquote>`, text: "x", entities: []Entity{{Type: "blockquote", Length: 1}}},
		"quote, expand":    {in: `<blockquote expandable>x</blockquote>`, text: "x", entities: []Entity{{Type: "expandable_blockquote", Length: 1}}},
		"emoji":            {in: `<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>`, text: "👍", entities: []Entity{{Type: "custom_emoji", Length: 2, CustomEmojiID: "5368324170671202286"}}},
		"time":             {in: `<tg-time unix="1647531900" format="wDT">x</tg-time>`, text: "x", entities: []Entity{{Type: "date_time", Length: 1, UnixTime: 1647531900, TimeFormat: "wDT"}}},
		"nested, in order": {in: "<b>a<i>b</i></b>", text: "ab", entities: []Entity{{Type: "italic", Offset: 1, Length: 1}, {Type: "bold", Length: 2}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			text, entities, err := parseHTML(tt.in)
			if err != nil || text != tt.text {
				t.Errorf("%q: got %q, %v, want %q", tt.in, text, err, tt.text)
			}
			if diff := cmp.Diff(tt.entities, entities); diff != "" {
				t.Errorf("%q (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestHTML_RefusesInTheRealWords(t *testing.T) {
	tests := map[string]string{
		"ab <foo>":                      `Unsupported start tag "foo" at byte offset 3`,
		"é <br/>":                       `Unsupported start tag "br/" at byte offset 3`,
		"a < b":                         `Unsupported start tag "" at byte offset 2`,
		"<3":                            "Unclosed start tag at byte offset 0",
		"<b":                            "Unclosed start tag at byte offset 0",
		"<b>x":                          `Can't find end tag corresponding to start tag "b"`,
		"x</b>":                         "Unexpected end tag at byte offset 1",
		"<b>x</b ":                      "Unclosed end tag at byte offset 4",
		"<b><i>x</b></i>":               `Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`,
		`<a href="x`:                    "Unclosed start tag at byte offset 0",
		`<a href`:                       `Unclosed start tag "a" at byte offset 0`,
		`<a href=`:                      `Unclosed start tag "a" at byte offset 0`,
		`<a href=http://x.example>x`:    "Unexpected end of name token at byte offset 8",
		`<a "x">y</a>`:                  `Empty attribute name in the tag "a" at byte offset 0`,
		`<span class="x">y</span>`:      `Tag "span" must have class "tg-spoiler" at byte offset 0`,
		`<tg-emoji>x</tg-emoji>`:        "Invalid custom emoji identifier specified",
		"&#xd83d;":                      "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",
		"\xff":                          "Strings must be encoded in UTF-8",
		"<b>bold</b> and <sup>2</sup>!": `Unsupported start tag "sup" at byte offset 16`,
	}
	for in, want := range tests {
		if _, _, err := parseHTML(in); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", in, err, want)
		}
	}
}

func TestText_IsKeptAsTelegramKeepsIt(t *testing.T) {
	tests := map[string]struct {
		in, text string
		entities []Entity
	}{
		"trimmed":           {in: " \n x y \n", text: "x y"},
		"blank":             {in: " \n\t ", text: ""},
		"control":           {in: "a\tb\x00c\r\n\u202ed", text: "a b c\nd"},
		"moved":             {in: " \r<b>x</b> ", text: "x", entities: []Entity{{Type: "bold", Length: 1}}},
		"entity holds left": {in: "<b> x</b>", text: " x", entities: []Entity{{Type: "bold", Length: 2}}},
		"entity cut right":  {in: "<b>x </b>", text: "x", entities: []Entity{{Type: "bold", Length: 1}}},
		"blank entity":      {in: "x<b> </b>y", text: "x y"},
		"outermost first":   {in: "<b>a<i>b</i></b>", text: "ab", entities: []Entity{{Type: "bold", Length: 2}, {Type: "italic", Offset: 1, Length: 1}}},
		"joined":            {in: "<b>a</b><b>b</b>", text: "ab", entities: []Entity{{Type: "bold", Length: 2}}},
		"code stands alone": {in: "<code><b>a</b></code>", text: "a", entities: []Entity{{Type: "code", Length: 1}}},
		"no link in link":   {in: `<a href="http://a.example/">see http://b.example/</a>`, text: "see http://b.example/", entities: []Entity{{Type: "text_link", Length: 21, URL: "http://a.example/"}}},
		"url":               {in: "see https://a.example/b?c=d.", text: "see https://a.example/b?c=d.", entities: []Entity{{Type: "url", Offset: 4, Length: 23}}},
		"bold url":          {in: "<b>https://a.example</b>", text: "https://a.example", entities: []Entity{{Type: "url", Length: 17}, {Type: "bold", Length: 17}}},
		"commands":          {in: "/a /b@some_bot x/c //d", text: "/a /b@some_bot x/c //d", entities: []Entity{{Type: "bot_command", Length: 2}, {Type: "bot_command", Offset: 3, Length: 11}}},
		"mention, hashtag":  {in: "@ann: #news #1", text: "@ann: #news #1", entities: []Entity{{Type: "mention", Length: 4}, {Type: "hashtag", Offset: 6, Length: 5}}},
		"email":             {in: "to desk@news.example", text: "to desk@news.example", entities: []Entity{{Type: "email", Offset: 3, Length: 17}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			text, entities, err := parseHTML(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			text, entities, err = tidy(text, entities)
			if err != nil || text != tt.text {
				t.Errorf("got %q, %v, want %q", text, err, tt.text)
			}
			want := append([]Entity{}, tt.entities...)
			if diff := cmp.Diff(want, append([]Entity{}, entities...)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestText_KeepsOneHundredEntities(t *testing.T) {
	text, entities, err := parseHTML(strings.Repeat("<b>a</b> ", maxEntities+1))
	if err != nil {
		t.Fatal(err)
	}
	if _, entities, _ = tidy(text, entities); len(entities) != maxEntities {
		t.Errorf("got %d", len(entities))
	}
}

func FuzzHTML(f *testing.F) {
	for _, seed := range []string{
		"<b>a<i>b</i></b>", `<a href="http://a.example/?x=&amp;y">&lt;</a>`, "<pre><code class='language-go'>x</code></pre>",
		"<span class=tg-spoiler>", "&#x1F680;", "</b>", "<a href='", " \n/cmd@bot #x @y https://z.example ", "🚀<s>é</s>\r",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		text, entities, err := parseHTML(in)
		if err != nil {
			return
		}
		text, entities, err = tidy(text, entities)
		if err != nil || !utf8.ValidString(text) || strings.Trim(text, "\n") != text && len(entities) == 0 {
			t.Fatalf("%q became %q, %v", in, text, err)
		}
		end := length(text)
		for i, e := range entities {
			if e.Type == "" || e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > end {
				t.Fatalf("%q: entity %+v in %d units", in, e, end)
			}
			if i > 0 && entities[i-1].Offset > e.Offset {
				t.Fatalf("%q: entities out of order: %+v", in, entities)
			}
		}
		if escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(in); utf8.ValidString(in) {
			if plain, _, err := parseHTML(escaped); err != nil || plain != in {
				t.Fatalf("%q escaped came back as %q, %v", in, plain, err)
			}
		}
	})
}
