package digest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tidings/internal/lazyregexp"
)

var (
	// labeled matches a word or a few, a colon, and perhaps a value, in the bold of Markdown or not.
	labeled = lazyregexp.New(`^[*_]{0,2}(\p{L}[\p{L} ()-]{0,23}?)\s?(?::[*_]{0,2}(?:\s+(.*))?|：[*_]{0,2}\s*(.*))$`)
	mailbox = lazyregexp.New(`[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+`)

	// hour and year match what the date of a mail has in any language.
	hour = lazyregexp.New(`\b\d{1,2}[:.]\d{2}\b|\d{1,2}[시時时点]`)
	year = lazyregexp.New(`(?:^|\D)20\d{2}(?:\D|$)`)
)

// fieldOf reads a line of a mail's header. A line that has the shape of one without a known word is
// noField, true.
func fieldOf(s string) (f field, value string, ok bool) {
	m := labeled.FindStringSubmatch(s)
	if m == nil {
		return noField, "", false
	}
	return fieldNamed(strings.ToLower(m[1])), strings.TrimSpace(m[2] + m[3]), true
}

// header reads the header of a mail off the beginning of lines.
type header struct {
	lines  int // how many lines it has
	fields int
	kinds  [subjectField + 1]bool
	boxes  int  // fields with an address
	goesOn bool // the last field ends in a comma
}

// isHeader reports whether the lines below the mark of a program are a header.
func (h *header) isHeader() bool { return h.known() > 0 || h.boxes > 0 }

// isCertain reports whether lines without such a mark can only be a header: they say who wrote and about what, and a thing
// more, or, in a language that isn't known, there are several with an address among them.
func (h *header) isCertain() bool {
	const enough = 3
	return h.kinds[fromField] && h.kinds[subjectField] && h.known() >= enough || h.fields >= enough && h.boxes > 0
}

// known returns how many things the header says, in a language that is known.
func (h *header) known() int {
	n := 0
	for _, is := range h.kinds[fromField:] {
		if is {
			n++
		}
	}
	return n
}

// Bounds of a header: how many lines it may have, and fields without anybody's name or address.
const (
	maxHeader = 60
	hopeless  = 5
)

// headerOf reads a header. Fields may have an empty line between them, as pages have, their values may
// stand in the line below, as tables have, or go on there.
func headerOf(lines []line) header {
	var h header
	lines = lines[:min(len(lines), maxHeader)]
	for i := 0; i < len(lines); {
		at := i
		for at < len(lines) && lines[at].kind == blank && h.fields > 0 {
			at++
		}
		if at == len(lines) {
			break
		}
		n := h.field(lines[at:], at > i)
		if n == 0 {
			break
		}
		i = at + n
		h.lines = i
		h.goesOn = strings.HasSuffix(lines[i-1].text, ";") || strings.HasSuffix(lines[i-1].text, ",")
		if h.fields > hopeless && h.boxes == 0 && !h.kinds[fromField] {
			break
		}
	}
	return h
}

// field reads one field and returns how many lines it has.
func (h *header) field(lines []line, apart bool) int {
	f, value, ok := fieldOf(lines[0].text)
	hasBox := mailbox.MatchString(value)
	says := hasBox || isMoment(value) // something that headers say
	switch {
	case !ok && h.fields > 0 && (!apart || h.goesOn) && strings.Contains(lines[0].text, "@") && mailbox.MatchString(lines[0].text) && lines[0].kind != anchor:
		return 1 // the list of receivers goes on
	case !ok, f == noField && apart, f == noField && !says && h.kinds[fromField], f == noField && value == "":
		return 0
	}
	n := 1
	if value == "" {
		for n < len(lines) && lines[n].kind == blank {
			n++
		}
		if n == len(lines) {
			return 0
		}
		if _, _, isField := fieldOf(lines[n].text); !isField {
			hasBox = mailbox.MatchString(lines[n].text)
			n++
		} else {
			n = 1
		}
	}
	h.fields++
	h.kinds[f] = true
	if hasBox {
		h.boxes++
	}
	return n
}

// forwardedAt returns how many lines introduce a forwarded mail: the mark of a mail program, the header, or
// both. It returns 0 if no forwarded mail begins here.
func forwardedAt(lines []line) int {
	n := 0
	for n < len(lines) && (forwardMark.MatchString(lines[n].text) || n > 0 && lines[n].kind == blank) {
		n++
	}
	if h := headerOf(lines[n:]); h.isCertain() || n > 0 && h.isHeader() {
		return n + h.lines
	}
	if n > 0 {
		return n
	}
	return wroteAt(lines)
}

// wroteAt returns how many lines, one or two, say who wrote what is quoted below.
func wroteAt(lines []line) int {
	const longest = 240
	s := ""
	for n := 1; n <= min(2, len(lines)); n++ {
		if n > 1 && (lines[0].kind == anchor || saysWhoWrote(lines[1].text)) {
			break
		}
		s = strings.TrimSpace(s + " " + lines[n-1].text)
		if utf8.RuneCountInString(s) <= longest && (wrote.MatchString(s) || saysWhoWrote(s)) {
			return n
		}
	}
	return 0
}

// saysWhoWrote reports whether a line stands above a quoted mail, in whatever language: it has an address, a day and a time,
// and ends in a colon.
func saysWhoWrote(s string) bool {
	return (strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：")) && mailbox.MatchString(s) && isMoment(s)
}

// isMoment reports whether a text names a year and a time of day, as the date of a mail does.
func isMoment(s string) bool { return hour.MatchString(s) && year.MatchString(s) }

// mailsIn cuts a document where a forwarded mail begins, and drops the header that introduces it, and
// signatures.
func mailsIn(lines []line) [][]line {
	var mails [][]line
	start := 0
	for i := 0; i < len(lines); i++ {
		n := forwardedAt(lines[i:])
		if n == 0 && !lines[i].opens {
			continue
		}
		mails = append(mails, unsigned(lines[start:i]))
		start = i + n
		i = max(i, start-1)
	}
	return append(mails, unsigned(lines[start:]))
}

// unsigned cuts the signature off a mail, with all that stands below it, unless that may be another mail.
func unsigned(lines []line) []line {
	i := slices.IndexFunc(lines, func(l line) bool { return l.kind == signature })
	if i < 0 || unknownHeader(lines[i:]) >= 0 {
		return lines
	}
	return lines[:i]
}

// digestsIn returns the parts of a document that contain a digest. The text above a forwarded mail is the note
// of the person who forwarded it, unless there is nothing else.
func digestsIn(lines []line) [][]line {
	mails := mailsIn(lines)
	isDigest := func(part []line) bool {
		return slices.ContainsFunc(part, func(l line) bool { return l.kind == anchor })
	}
	if found := filter(mails[1:], isDigest); len(found) > 0 {
		return found
	}
	if isDigest(mails[0]) || len(mails) == 1 {
		return mails[:1]
	}
	longest := slices.MaxFunc(mails[1:], func(a, b []line) int { return len(a) - len(b) })
	return [][]line{longest}
}

func filter[T any](all []T, keep func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(all), func(v T) bool { return !keep(v) })
}

// looksLikeHeader reports whether words that are about to be published are the header of a mail after all,
// in a form that isn't known here.
func looksLikeHeader(s string) bool {
	const angled = `<`
	if i := strings.Index(s, angled); i >= 0 && mailbox.MatchString(s[i:]) {
		return true
	}
	f, value, ok := fieldOf(s)
	return ok && (mailbox.MatchString(value) || f == fromField && strings.Contains(value, "@"))
}

// headerIn returns the first line that looks like a header, or nil.
func headerIn(lines []line) *line {
	i := slices.IndexFunc(lines, func(l line) bool { return looksLikeHeader(l.text) })
	if i < 0 {
		i = unknownHeader(lines)
	}
	if i < 0 {
		return nil
	}
	return &lines[i]
}

// unknownHeader returns where a header begins that has neither an address nor words that are known: several labeled lines, one
// behind the other, of which one has a date and a time. It returns −1 if there is none.
func unknownHeader(lines []line) int {
	const enough = 4
	run, moments := 0, 0
	for i := range lines {
		_, value, ok := fieldOf(lines[i].text)
		if !ok || value == "" {
			run, moments = 0, 0
			continue
		}
		if run++; isMoment(value) {
			moments++
		}
		if run >= enough && moments > 0 {
			return i + 1 - run
		}
	}
	return -1
}

// refusedAsHeader returns the error for a digest that contains the line.
func (l *line) refusedAsHeader() error {
	return fmt.Errorf("line %d: %q looks like the header of a mail and not like an article; nothing was imported", l.number, shortened(l.text))
}
