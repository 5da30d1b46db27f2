package filter

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// Bounds of regular expressions. RE2 needs time in proportion to the program times the text, so the product is
// bounded: what that takes at most, "go test ./bot/filter -run '^$' -bench Worst" prints.
const (
	maxPattern     = 500      // bytes of one
	maxProgram     = 600      // instructions of all in a filter; no text of maxPattern needs more without repeats
	maxSteps       = 300_000  // instructions of a filter times bytes it looks at
	maxPatternText = 16 << 10 // bytes that even the smallest look at
	maxPatternHits = 50       // passages reported for a text: finding all may take the square of its length
)

// patternFlags are those of regexp.MustCompile with (?i) in front.
const patternFlags = syntax.Perl | syntax.FoldCase

// pattern is a regular expression on the original text.
type pattern struct {
	field Field // Any: title and summary
	re    *regexp.Regexp
	all   *int // instructions of all patterns of the filter
}

func (p pattern) match(d *Document, h *hits) bool {
	found := false
	reach := p.reach()
	for _, s := range p.texts(d) {
		if reach <= 0 {
			break
		}
		text := head(s.text, reach)
		reach -= len(text) + 1
		if h == nil {
			if p.re.MatchString(text) {
				return true
			}
			continue
		}
		for _, at := range p.re.FindAllStringIndex(text, p.most(text)) {
			found = true
			h.add(s, at[0], at[1])
		}
	}
	return found
}

// reach returns how many bytes of a document the pattern looks at, an ending for each text included: the more the filter
// has of patterns, the less of the text.
func (p pattern) reach() int { return min(maxPatternText, maxSteps / *p.all) }

// most returns how many passages are looked for. The search for each may read the whole text.
func (p pattern) most(text string) int {
	return max(1, min(maxPatternHits, maxSteps/(*p.all*(len(text)+1))))
}

// texts returns the texts that the pattern looks at.
func (p pattern) texts(d *Document) []section {
	switch p.field {
	case Any:
		return d.sections[:2]
	case Source:
		names := []section{{field: Source, text: d.fields.Source}}
		for _, name := range d.fields.OtherSources {
			names = append(names, section{field: Source, text: name})
		}
		return names
	case Lang:
		return []section{{field: Lang, text: d.fields.Lang}}
	}
	var out []section
	for _, s := range d.sections {
		if s.field == p.field {
			out = append(out, s)
		}
	}
	return out
}

// head returns the first n bytes of a text, or fewer, so that they are whole characters.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// pattern reads a regular expression from slash to slash.
func (p *parser) pattern(in Field) (expr, error) {
	open := p.pos
	end := closingSlash(p.src, open+1)
	if end < 0 {
		return nil, p.fail(open, "regular expression is not closed", "end it with /, or put the text in quotes")
	}
	source, from := p.src[open+1:end], open+1
	p.pos = end + 1
	if strings.HasPrefix(p.src[p.pos:], "i") { // out of habit; letter case never counts
		p.pos++
	}
	if !p.closed() && !blank(p.peek()) && p.peek() != '|' {
		return nil, p.fail(p.pos, "text right after a regular expression",
			`put a space between them, write \/ for a slash inside, or put all in quotes`)
	}
	if err := p.count(open); err != nil {
		return nil, err
	}
	re, err := p.compile(from, source)
	if err != nil {
		return nil, err
	}
	p.verbatim = append(p.verbatim, [2]int{open, p.pos})
	return pattern{field: in, re: re, all: p.program}, nil
}

// closingSlash returns where the next slash without a backslash before it stands, or -1.
func closingSlash(s string, i int) int {
	for ; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '/':
			return i
		}
	}
	return -1
}

// compile compiles the regular expression that stands at from.
func (p *parser) compile(from int, source string) (*regexp.Regexp, error) {
	if source == "" {
		return nil, p.fail(from-1, "regular expression is empty", "put a pattern between the slashes, or quote the text")
	}
	if len(source) > maxPattern {
		return nil, p.fail(from, fmt.Sprintf("regular expression is longer than %d bytes", maxPattern), "")
	}
	if p.spread += spread(source); p.spread > maxSpread {
		return nil, p.fail(from, "regular expression names too many characters", `use fewer ranges, and fewer classes such as \pL`)
	}
	parsed, err := syntax.Parse(source, patternFlags)
	if err != nil {
		return nil, p.badPattern(from, source, err)
	}
	tooLarge := p.fail(from, "regular expression is too large", "use smaller repeat counts, or words")
	if least(parsed) > maxProgram { // compiling it would take long
		return nil, tooLarge
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, p.badPattern(from, source, err)
	}
	if p.program == nil {
		p.program = new(int)
	}
	if *p.program += len(program.Inst); *p.program > maxProgram {
		return nil, tooLarge
	}
	re, err := regexp.Compile("(?i)" + source)
	if err != nil {
		return nil, p.badPattern(from, source, err)
	}
	return re, nil
}

// badPattern gives the reason in RE2's words.
func (p *parser) badPattern(from int, source string, err error) error {
	var e *syntax.Error
	if !errors.As(err, &e) {
		return p.fail(from, fmt.Sprintf("regular expression: %s", err.Error()), "")
	}
	at, words := from+faultIn(source, e), e.Code.String()
	if e.Expr != source && e.Expr != "" {
		words += " " + quoted(e.Expr)
	}
	switch e.Code {
	case syntax.ErrInvalidPerlOp, syntax.ErrInvalidNamedCapture:
		return p.fail(at, fmt.Sprintf("regular expression: %s", words), "look-around is not supported")
	case syntax.ErrInvalidEscape:
		return p.fail(at, fmt.Sprintf("regular expression: %s", words), `back-references are not supported; \\ is a backslash`)
	default:
		return p.fail(at, fmt.Sprintf("regular expression: %s", words), "")
	}
}

// faultIn returns where in source the error arose, which the error does not say: the first place where the text up to
// there fails in the same way.
func faultIn(source string, e *syntax.Error) int {
	if spread(source) > maxProbed {
		return 0
	}
	switch e.Code {
	case syntax.ErrMissingParen:
		return unclosed(source)
	case syntax.ErrUnexpectedParen:
		return firstFault(source, ")", e.Code)
	default:
		return firstFault(source, e.Expr, e.Code)
	}
}

// maxProbes bounds how often a regular expression is read again to find out where its fault is.
const maxProbes = 30

func firstFault(source, part string, code syntax.ErrorCode) int {
	for i, tries := 0, 0; part != "" && tries < maxProbes; tries++ {
		next := strings.Index(source[i:], part)
		if next < 0 {
			break
		}
		i += next
		_, err := syntax.Parse(source[:i+len(part)], patternFlags)
		if e := (*syntax.Error)(nil); errors.As(err, &e) && e.Code == code {
			return i
		}
		i++
	}
	return 0
}

// unclosed returns the innermost parenthesis without its other half.
func unclosed(source string) int {
	var open []int
	for i, class := 0, false; i < len(source); i++ {
		switch c := source[i]; {
		case c == '\\':
			i++
		case c == ']':
			class = false
		case class:
		case c == '[':
			class = true
		case c == '(':
			open = append(open, i)
		case c == ')' && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return 0
	}
	return open[len(open)-1]
}
