package digest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"mime"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
	"golang.org/x/net/html/charset"

	"tidings/internal/htmltext"
)

// Bounds of a mail.
const (
	maxParts  = 100
	maxNested = 20 // parts within parts
)

var (
	headerField = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*:`)
	// onlyMail matches header fields that people do not type.
	onlyMail = regexp.MustCompile(`(?im)^(?:MIME-Version|Message-ID|Received|Return-Path|Content-Type|Delivered-To|DKIM-Signature):`)
)

// isMail reports whether a document begins with the header of a mail.
func isMail(data string) bool {
	header, _, ok := strings.Cut(strings.ReplaceAll(data[:min(len(data), 64<<10)], "\r\n", "\n"), "\n\n")
	if !ok || !onlyMail.MatchString(header) {
		return false
	}
	fields := 0
	for i, l := range strings.Split(header, "\n") {
		switch {
		case headerField.MatchString(l):
			fields++
		case i == 0 && strings.HasPrefix(l, "From "): // from a file of many mails
		case fields > 0 && l != "" && (l[0] == ' ' || l[0] == '\t'):
		default:
			return false
		}
	}
	return fields > 1
}

// readMail takes the text of a mail. Plain text is preferred if it has at least half of what the
// page says; pictures, attachments and whatever else would have to be fetched are left alone.
func readMail(data string) (document, error) {
	if strings.HasPrefix(data, "From ") {
		_, data, _ = strings.Cut(data, "\n")
	}
	m, err := message.Read(strings.NewReader(data))
	if m == nil {
		return document{}, fmt.Errorf("read mail: %w", err)
	}
	r := mailReader{}
	if err := r.part(m, 0); err != nil {
		return document{}, fmt.Errorf("read mail: %w", err)
	}
	r.subject, _ = (&mime.WordDecoder{CharsetReader: charset.NewReaderLabel}).DecodeHeader(m.Header.Get("Subject"))
	if r.html != "" && 2*letters(r.text) < lettersOf(htmltext.Lines(r.html)) {
		r.text = ""
	}
	switch {
	case r.text != "":
		r.html = ""
	case r.html == "":
		return document{}, errors.New("mail has no text")
	}
	return r.document, nil
}

// mailReader gathers the first text and the first page of a mail.
type mailReader struct {
	document
	parts int
}

func (r *mailReader) part(m *message.Entity, depth int) error {
	if r.parts++; r.parts > maxParts || depth > maxNested {
		return fmt.Errorf("has more than %d parts, or nests them more than %d deep", maxParts, maxNested)
	}
	if parts := m.MultipartReader(); parts != nil {
		return r.multipart(parts, depth)
	}
	mediaType, params, _ := m.Header.ContentType()
	if disposition, _, _ := m.Header.ContentDisposition(); disposition == "attachment" {
		return nil
	}
	switch mediaType {
	case "message/rfc822":
		inner, err := message.Read(m.Body)
		if inner == nil {
			return err
		}
		return r.part(inner, depth+1)
	case "text/html":
		return read(&r.html, m.Body, params["charset"])
	case "text/plain", "":
		if r.text == "" {
			r.flowed = strings.EqualFold(params["format"], "flowed") && !strings.EqualFold(params["delsp"], "yes")
		}
		return read(&r.text, m.Body, params["charset"])
	}
	return nil
}

func (r *mailReader) multipart(parts message.MultipartReader, depth int) error {
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) || p == nil && err != nil && r.text+r.html != "" {
			return nil // a mail that is cut off has been read as far as it goes
		}
		if p == nil {
			return err
		}
		if err := r.part(p, depth+1); err != nil {
			return err
		}
	}
}

// read fills target unless something stands there already. The library knows UTF-8 alone; a body in
// another encoding comes as it is.
func read(target *string, body io.Reader, encoding string) error {
	if *target != "" {
		return nil
	}
	switch strings.ToLower(encoding) {
	case "", "utf-8", "us-ascii":
	default:
		if converted, err := charset.NewReaderLabel(encoding, bufio.NewReader(body)); err == nil {
			body = converted
		}
	}
	data, err := io.ReadAll(io.LimitReader(body, maxText+1)) // a byte more, for Read to see that it is too long
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && len(data) == 0 {
		return err
	}
	*target = decode(string(data))
	return nil
}

func letters(s string) int { return len(strings.Join(strings.Fields(s), "")) }

func lettersOf(lines []htmltext.Line) int {
	n := 0
	for _, l := range lines {
		n += letters(l.Text)
	}
	return n
}
