package filter

import (
	"regexp/syntax"
	"strings"
)

// implied returns words that every text has in which the pattern is found. Patterns look at characters and filters at
// words, so only what follows a separator in the pattern is sure to begin a word, and only what a separator follows too is
// sure to be one. Letters and digits beyond ASCII are left alone, and so are commas and full stops, which may join.
func (p pattern) implied() expr {
	if p.field == Source || p.field == Lang {
		return everything{}
	}
	re, err := syntax.Parse(p.re.String(), syntax.Perl)
	if err != nil {
		return everything{} // it was parsed before
	}
	var im implication
	im.read(re)
	im.unknown()
	return im.found
}

// implication reads a regular expression from left to right.
type implication struct {
	found   and
	run     strings.Builder // ASCII letters and digits, lower case
	bounded bool            // a separator stands before the run
}

func (im *implication) read(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			im.character(r)
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			im.read(sub)
		}
	case syntax.OpCapture:
		im.read(re.Sub[0])
	case syntax.OpEmptyMatch:
	case syntax.OpBeginText, syntax.OpBeginLine:
		im.unknown()
		im.bounded = true
	case syntax.OpCharClass:
		im.class(re)
	case syntax.OpAlternate:
		im.alternate(re.Sub)
	case syntax.OpPlus:
		im.repeated(re)
	case syntax.OpRepeat:
		if re.Min > 0 {
			im.repeated(re)
		} else {
			im.unknown()
		}
	default:
		im.unknown()
	}
}

// character reads one that the text must have.
func (im *implication) character(r rune) {
	switch {
	case separates(r):
		im.separator()
	case r >= 0x80 || r == '.' || r == ',':
		im.unknown()
	default:
		im.run.WriteString(lowerASCII(string(r)))
	}
}

// separates reports whether r ends a word whatever stands around it. Others may too.
func separates(r rune) bool {
	return r < 0x80 && r != '.' && r != ',' && classOf(r) == classSeparator
}

func (im *implication) separator() {
	if im.bounded && im.run.Len() > 0 {
		im.found = append(im.found, words{list: []word{{text: im.run.String()}}})
	}
	im.run.Reset()
	im.bounded = true
}

// unknown reads what may be anything.
func (im *implication) unknown() {
	if im.bounded && im.run.Len() > 1 {
		im.found = append(im.found, words{list: []word{{text: im.run.String(), sense: opening}}})
	}
	im.run.Reset()
	im.bounded = false
}

// class reads one of several characters, such as \s.
func (im *implication) class(re *syntax.Regexp) {
	for i := 0; i < len(re.Rune); i += 2 {
		for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
			if !separates(r) {
				im.unknown()
				return
			}
		}
	}
	im.separator()
}

// repeated reads what stands there at least once.
func (im *implication) repeated(re *syntax.Regexp) {
	sub := re.Sub[0]
	im.read(sub) // the first time, at this place
	separators := sub.Op == syntax.OpCharClass || sub.Op == syntax.OpLiteral && len(sub.Rune) == 1 && separates(sub.Rune[0])
	if !separators {
		im.unknown()
	}
}

// alternate reads branches, each for itself, and assumes that anything may follow.
func (im *implication) alternate(subs []*syntax.Regexp) {
	bounded := im.bounded && im.run.Len() == 0
	im.unknown()
	var either or
	for _, sub := range subs {
		one := implication{bounded: bounded}
		one.read(sub)
		one.unknown()
		either = append(either, one.found)
	}
	im.found = append(im.found, either)
}
