package digest

import (
	"strings"
)

// row is a line as the document has it.
type row struct {
	number int // counted from 1
	text   string
	opens  bool // a quotation begins here, under words that introduce it
}

func rowsOf(text string) []row {
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text), "\n")
	rows := make([]row, len(lines))
	for i, s := range lines {
		rows[i] = row{number: i + 1, text: s}
	}
	return rows
}

// Bounds of quoting: how deep it goes, and how many lines show that ">" is its mark and not a word.
const (
	maxQuotes = 16
	minQuoted = 3
)

// unquote strips the marks of a digest that was quoted as a whole, with or without a note above it.
func unquote(rows []row) []row {
	for range maxQuotes {
		from, to := quotation(rows)
		if from == to {
			break
		}
		for i := from; i < to; i++ {
			rows[i].text = strings.TrimPrefix(strings.TrimPrefix(rows[i].text, ">"), " ")
		}
		rows[from].opens = rows[from].opens || from > 0
	}
	return rows
}

// quotation returns where the quoted part of a document, with a byline in it, begins and ends. Nothing is
// quoted if both are the same.
func quotation(rows []row) (from, to int) {
	quoted, plain, pending, dated := 0, 0, 0, false
	for i, r := range rows {
		switch isQuoted := strings.HasPrefix(r.text, ">"); {
		case isQuoted && quoted == 0:
			from = i
			fallthrough
		case isQuoted:
			quoted, plain, pending, to = quoted+1, plain+pending, 0, i+1
			dated = dated || isDated(strings.TrimLeft(r.text, "> "))
		case quoted > 0 && strings.TrimSpace(r.text) != "":
			pending++ // which counts if more quoted lines follow
		}
	}
	if quoted < minQuoted || !dated || plain*4 > quoted {
		return 0, 0
	}
	return from, to
}

func isDated(s string) bool {
	_, _, ok := cutDate(strings.TrimSpace(s))
	return ok
}

// flowing says how lines that a mail program broke are put together again; RFC 3676.
type flowing int

const (
	fixed         flowing = iota // they are not
	flowed                       // a line that ends in a space goes on in the next
	flowedDeleted                // and that space isn't part of the text
)

// signatureMark begins the signature of a mail; RFC 3676, section 4.3.
const signatureMark = "-- "

// unflow joins the rows that go on in the next.
func unflow(rows []row, f flowing) []row {
	if f == fixed {
		return rows
	}
	var out []row
	goesOn := false
	for _, r := range rows {
		r.text = strings.TrimPrefix(r.text, " ") // put there to protect the line's beginning
		if goesOn && !r.opens && r.text != signatureMark {
			last := &out[len(out)-1]
			if f == flowedDeleted {
				last.text = strings.TrimSuffix(last.text, " ")
			}
			last.text += r.text
		} else {
			out = append(out, r)
		}
		last := out[len(out)-1].text
		goesOn = strings.HasSuffix(last, " ") && last != signatureMark && len(last) < maxJoined
	}
	return out
}
