package bot

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tidings/internal/lazyregexp"
)

// Phrase is something that the bot says, before it is put into a language: its English, with what it is said of kept apart.
// [Say], [Count], [Moment], [Day] and [Known] make them; a [Text] carries them in its spans beside the English.
type Phrase struct {
	// Format is the English with verbs as package fmt has them, or the layout of Date. It is what translations are filed
	// under, so it must be whole: a sentence, or a part of one that other languages put together in the same way.
	Format string
	// Plural, unless empty, is the English in place of Format for any N but 1.
	Plural string
	N      int
	// Args are strings, numbers and Texts, in the order of the English.
	Args []any
	// Date, unless zero, makes Format a layout of package time.
	Date time.Time
	// Style and Link are those of the words, beside what Args have themselves.
	Style Style
	Link  string
	// Stored says that Format comes from the store or a platform and not from the code: it has no verbs, and there may be no
	// translation.
	Stored bool
}

// Say returns a sentence in English that can be put into other languages. Verbs are those of package fmt, with strings, numbers
// and Texts for arguments; a whole number is written with thousands apart, so what is a name is given as a string.
func Say(format string, args ...any) Text { return (&Phrase{Format: format, Args: args}).English() }

// Count is [Say] with n as its first argument, in the form that goes with n: "%d article", "%d articles". A verb that agrees
// with it belongs into the forms too.
func Count(n int, one, other string, args ...any) Text {
	return (&Phrase{Format: one, Plural: other, N: n, Args: append([]any{n}, args...)}).English()
}

// Whole returns t as one phrase, in which neighbors that look alike are one span: the lines of a block, say.
func Whole(t Text) Text { return Say(whole, t) }

// whole is the format of what has no words of its own, and needs no translation.
const whole = "%s"

// IsWhole reports whether the phrase has no words of its own.
func (p *Phrase) IsWhole() bool { return p.Format == whole }

// Known returns words that were kept or came from elsewhere, in other languages if they are among those that the bot knows: the
// reason of a suspension, say.
func Known(words string) Text {
	if words == "" {
		return nil
	}
	return (&Phrase{Format: words, Stored: true}).English()
}

// Layouts of dates. Translations are filed under them; months and weekdays have entries of their own.
const (
	MomentLayout  = "2 Jan 2006, 15:04 MST"
	DayLayout     = "January 2, 2006"
	WeekdayLayout = "Mon 2 Jan"
	DayNameLayout = "Mon"
	BarLayout     = "Mon _2 Jan" // below one another
)

// Moment returns t, written out in zone for platforms that do not know the reader's own.
func Moment(t time.Time, zone *time.Location) Text {
	text := (&Phrase{Format: MomentLayout, Date: t.In(zone)}).English()
	text[0].Time = t
	return text
}

// Day returns the day of t, which is in the reader's zone, in a layout of package time.
func Day(t time.Time, layout string) Text { return (&Phrase{Format: layout, Date: t}).English() }

// Styled returns t with a style in addition to its own.
func (t Text) Styled(style Style) Text {
	return t.change(func(s *Span, p *Phrase) {
		if s.Style |= style; p != nil {
			p.Style |= style
		}
	})
}

// Linked returns t leading to url, where it leads nowhere yet.
func (t Text) Linked(url string) Text {
	return t.change(func(s *Span, p *Phrase) {
		if s.Link == "" {
			s.Link = url
		}
		if p != nil {
			p.Link = url
		}
	})
}

// change returns a copy of t with each span, and the phrase of each, changed.
func (t Text) change(do func(*Span, *Phrase)) Text {
	out := make(Text, len(t))
	var last, changed *Phrase
	for i, s := range t {
		if s.Phrase != last {
			last, changed = s.Phrase, nil
			if last != nil {
				changed = new(*last)
			}
		}
		do(&s, changed)
		s.Phrase = changed
		out[i] = s
	}
	return out
}

// Translate returns t with what it says put into words anew: say is called once for each phrase that t is made of. What is no
// phrase stays.
func (t Text) Translate(say func(*Phrase) Text) Text {
	var out Text
	for i, s := range t {
		switch {
		case s.Phrase == nil:
			out = append(out, s)
		case i > 0 && t[i-1].Phrase == s.Phrase: // a further span of it
		default:
			for _, span := range say(s.Phrase) {
				if !s.Time.IsZero() && s.Phrase.Date.Equal(s.Time) {
					span.Time = s.Time
				}
				out = append(out, span)
			}
		}
	}
	return out
}

// English returns the phrase in the language in which it is written, as spans that remember it.
func (p *Phrase) English() Text {
	var t Text
	switch {
	case !p.Date.IsZero():
		t = Plain(p.Date.Format(p.Format))
	case p.Stored:
		t = Plain(p.Format)
	case p.Plural != "" && p.N != 1:
		t, _ = p.Fill(p.Plural, show)
	default:
		t, _ = p.Fill(p.Format, show)
	}
	for i := range t {
		t[i].Phrase = p
	}
	return t
}

// show returns an argument in English.
func show(verb string, arg any) Text {
	switch arg := arg.(type) {
	case Text:
		return arg
	case int:
		if verb == "%d" {
			return Plain(Thousands(int64(arg)))
		}
	}
	return Plain(fmt.Sprintf(verb, arg))
}

// Thousands writes a number in English, with its thousands apart: 1,234.
func Thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// verb matches a verb in a format: the number of its argument, its flags and its letter.
var verb = lazyregexp.New(`%(?:\[(\d+)\])?([-+# 0]*\d*(?:\.\d+)?)([a-zA-Z%])`)

// Fill puts the arguments of the phrase into a format, which may name them by number in another order ("%[2]s"), each as show
// returns it for its verb. It reports whether there was an argument for every verb. The words in between have the phrase's
// style.
func (p *Phrase) Fill(format string, show func(verb string, arg any) Text) (t Text, ok bool) {
	words := func(s string) {
		if strings.HasPrefix(s, ".") && t.endsInStop() { // of an abbreviation, such as that of a month
			s = s[1:]
		}
		t = t.add(Span{Text: s, Style: p.Style, Link: p.Link})
	}
	done, next := 0, 0
	ok = true
	for _, m := range verb.FindAllStringSubmatchIndex(format, -1) {
		words(format[done:m[0]])
		done = m[1]
		letter := format[m[6]:m[7]]
		if letter == "%" {
			words("%")
			continue
		}
		if m[2] >= 0 {
			n, _ := strconv.Atoi(format[m[2]:m[3]])
			next = n - 1
		}
		if next < 0 || next >= len(p.Args) {
			ok = false
			continue
		}
		for _, s := range show("%"+format[m[4]:m[5]]+letter, p.Args[next]) {
			s.Phrase = nil
			s.Style |= p.Style
			if s.Link == "" {
				s.Link = p.Link
			}
			t = t.add(s)
		}
		next++
	}
	words(format[done:])
	return t, ok
}

// endsInStop reports whether t ends in a full stop without a style of its own.
func (t Text) endsInStop() bool {
	return len(t) > 0 && t[len(t)-1].Style == 0 && strings.HasSuffix(t[len(t)-1].Text, ".")
}

// add appends a span, to the one before if both look alike.
func (t Text) add(s Span) Text {
	if s.Text == "" {
		return t
	}
	if n := len(t); n > 0 {
		last := &t[n-1]
		if last.Style == s.Style && last.Link == s.Link && last.Time.IsZero() && s.Time.IsZero() {
			last.Text += s.Text
			return t
		}
	}
	return append(t, s)
}

// Verbs returns the verbs of a format by the number of their arguments, so that those of a translation can be compared:
// "%[2]s … %d" is {2: "s", 3: "d"}.
func Verbs(format string) map[int]string {
	list := map[int]string{}
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[3] == "%" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		list[next] = strings.TrimSpace(m[2]) + m[3]
		next++
	}
	return list
}
