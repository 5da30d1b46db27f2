package discord

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// reader reads markdown as Discord's client shows it. Its rules are those of the client, in the
// client's order; what it reads as markup disappears from the text.
type reader struct {
	text     strings.Builder
	links    []string
	mentions []string
	marks    []string            // every piece of markup that was found
	styled   map[string][]string // the texts between marks, by mark
}

var (
	blockRule     = regexp.MustCompile(`^ *(>>>|>|#{1,3}|-#|[-*+]|\d+[.)]) `)
	fenceRule     = regexp.MustCompile("^```(?:[a-z0-9_+\\-.#]+?\n)?\n*([^\n](?s:.*?))\n*```")
	codeRule      = regexp.MustCompile("^(`+)")
	autolinkRule  = regexp.MustCompile(`^<(https?://[^\s>]+)>`)
	timeRule      = regexp.MustCompile(`^<t:(-?\d{1,17})(?::[tTdDfFR])?>`)
	mentionRule   = regexp.MustCompile(`^(?:<@[!&]?\d+>|<#\d+>|<a?:\w+:\d+>|</[^:>]+:\d+>|<id:\w+>|@everyone|@here)`)
	addressRule   = regexp.MustCompile(`^https?://[^\s<]+[^<.,:;"')\]\s]`)
	shortcodeRule = regexp.MustCompile(`^:[A-Za-z0-9_+-]+:`)
	linkRule      = regexp.MustCompile(`^\[((?:\\.|[^\\\]])*)\]\(<?([^\s<>()]+)>?\)`)
)

// readMarkdown returns what people see.
func readMarkdown(s string) *reader {
	var r reader
	r.read(s, true)
	return &r
}

func (r *reader) read(s string, lineStart bool) {
	for s != "" {
		n := r.markup(s, lineStart)
		if n > 0 {
			s, lineStart = s[n:], false
			continue
		}
		c := s[0]
		r.text.WriteByte(c)
		s, lineStart = s[1:], c == '\n'
	}
}

// markup consumes one piece of markup and returns its length, or 0.
func (r *reader) markup(s string, lineStart bool) int {
	if s[0] == '\\' && len(s) > 1 && !unicode.IsSpace(rune(s[1])) && !isWord(rune(s[1])) && s[1] < 0x80 {
		r.text.WriteByte(s[1])
		return 2
	}
	if lineStart {
		if m := blockRule.FindString(s); m != "" {
			r.marks = append(r.marks, m)
			return len(m)
		}
	}
	for _, rule := range r.rules(s[0]) {
		if n := rule(s); n > 0 {
			return n
		}
	}
	return 0
}

// rules returns those that apply to what begins with c.
func (r *reader) rules(c byte) []func(string) int {
	switch c {
	case '`':
		return []func(string) int{r.fence, r.code}
	case '<':
		return []func(string) int{r.angle, r.mention}
	case '@', ':':
		return []func(string) int{r.mention}
	case '[':
		return []func(string) int{r.link}
	case 'h':
		return []func(string) int{r.address}
	case '*', '_', '~', '|':
		return []func(string) int{r.emphasis}
	}
	return nil
}

func (r *reader) fence(s string) int {
	m := fenceRule.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	r.marks = append(r.marks, "```")
	r.text.WriteString(m[1])
	return len(m[0])
}

func (r *reader) code(s string) int {
	fence := codeRule.FindString(s)
	if fence == "" {
		return 0
	}
	for at := len(fence); at < len(s); {
		i := strings.Index(s[at:], fence)
		if i < 0 {
			return 0
		}
		start := at + i
		end := start + len(codeRule.FindString(s[start:]))
		if end-start == len(fence) && start > len(fence) {
			inner := s[len(fence):start]
			if strings.HasPrefix(inner, " ") && strings.HasSuffix(inner, " ") && len(inner) > 2 {
				inner = inner[1 : len(inner)-1]
			}
			r.marks = append(r.marks, fence)
			r.text.WriteString(inner)
			return end
		}
		at = end
	}
	return 0
}

func (r *reader) angle(s string) int {
	if m := autolinkRule.FindStringSubmatch(s); m != nil {
		r.links = append(r.links, m[1])
		r.text.WriteString(m[1])
		return len(m[0])
	}
	if m := timeRule.FindStringSubmatch(s); m != nil {
		unix, _ := strconv.ParseInt(m[1], 10, 64)
		r.text.WriteString(time.Unix(unix, 0).UTC().Format("2 January 2006 15:04"))
		r.marks = append(r.marks, "<t>")
		return len(m[0])
	}
	return 0
}

func (r *reader) mention(s string) int {
	m := mentionRule.FindString(s)
	if m != "" {
		r.mentions = append(r.mentions, m)
		return len(m)
	}
	if m = shortcodeRule.FindString(s); m != "" {
		r.marks = append(r.marks, m)
	}
	return len(m)
}

func (r *reader) link(s string) int {
	m := linkRule.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	r.links = append(r.links, m[2])
	r.marks = append(r.marks, "[]()")
	r.read(m[1], false)
	return len(m[0])
}

func (r *reader) address(s string) int {
	m := addressRule.FindString(s)
	if m != "" {
		r.links = append(r.links, m)
		r.marks = append(r.marks, "bare address")
		r.text.WriteString(m)
	}
	return len(m)
}

// emphasis reads a style. What is between its marks is read in turn.
func (r *reader) emphasis(s string) int {
	for _, mark := range []string{"***", "**", "*", "__", "_", "~~", "||"} {
		if !strings.HasPrefix(s, mark) {
			continue
		}
		rest := s[len(mark):]
		for i := 0; i < len(rest); i++ {
			if rest[i] == '\\' {
				i++
				continue
			}
			if i > 0 && strings.HasPrefix(rest[i:], mark) && !strings.HasPrefix(rest[i+len(mark):], mark[:1]) {
				r.marks = append(r.marks, mark)
				start := r.text.Len()
				r.read(rest[:i], false)
				if r.styled == nil {
					r.styled = map[string][]string{}
				}
				r.styled[mark] = append(r.styled[mark], r.text.String()[start:])
				return len(mark) + i + len(mark)
			}
		}
	}
	return 0
}
