package digest

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"

	"github.com/emersion/go-message"
	"golang.org/x/net/html/charset"

	"tidings/internal/lazyregexp"
)

// Bounds of a mail.
const (
	maxParts  = 100
	maxNested = 20 // parts within parts
)

var (
	headerField = lazyregexp.New(`^[A-Za-z][A-Za-z0-9-]*:`)
	// onlyMail matches header fields that people don't type.
	onlyMail = lazyregexp.New(`(?im)^(?:MIME-Version|Message-ID|Received|Return-Path|Content-Type|Delivered-To|DKIM-Signature):`)
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

// readMail reads the text of a mail and of the mails attached to it. Pictures, other attachments and whatever
// else would have to be fetched are left alone.
func readMail(data string) (*document, error) {
	if strings.HasPrefix(data, "From ") {
		_, data, _ = strings.Cut(data, "\n")
	}
	m, err := message.Read(strings.NewReader(data))
	if m == nil {
		return nil, fmt.Errorf("read mail: %w", err)
	}
	r := mailReader{document: &document{}}
	if err := r.mail(m, 0); err != nil {
		return nil, fmt.Errorf("read mail: %w", err)
	}
	if r.isEmpty() {
		return nil, errors.New("mail has no text")
	}
	if r.html == "" && isPage(r.text) {
		r.html, r.text = r.text, ""
	}
	return r.document, nil
}

// mailReader gathers the text and the page of a mail, and the mails attached to it.
type mailReader struct {
	*document
	parts int
}

// mail reads a mail into the document at hand.
func (r *mailReader) mail(m *message.Entity, depth int) error {
	r.subject, _ = (&mime.WordDecoder{CharsetReader: charset.NewReaderLabel}).DecodeHeader(m.Header.Get("Subject"))
	return r.part(m, depth)
}

// attached reads a mail that is attached to the one at hand.
func (r *mailReader) attached(m *message.Entity, depth int) error {
	outer := r.document
	r.document = &document{}
	err := r.mail(m, depth)
	if !r.isEmpty() {
		outer.attached = append(outer.attached, r.document)
	}
	r.document = outer
	return err
}

func (r *mailReader) part(m *message.Entity, depth int) error {
	if r.parts++; r.parts > maxParts || depth > maxNested {
		return fmt.Errorf("has more than %d parts, or nests them more than %d deep", maxParts, maxNested)
	}
	if parts := m.MultipartReader(); parts != nil {
		return r.multipart(parts, depth)
	}
	mediaType, params, _ := m.Header.ContentType()
	disposition, file, _ := m.Header.ContentDisposition()
	if mediaType == "message/rfc822" || strings.HasSuffix(strings.ToLower(cmp.Or(file["filename"], params["name"])), ".eml") {
		inner, err := message.Read(m.Body)
		if inner == nil {
			return err
		}
		return r.attached(inner, depth+1)
	}
	switch {
	case disposition == "attachment":
	case mediaType == "text/html":
		return read(&r.html, m.Body, params["charset"])
	case mediaType == "text/plain", mediaType == "":
		if r.text == "" {
			r.flowing = flowingOf(params)
		}
		return read(&r.text, m.Body, params["charset"])
	}
	return nil
}

func flowingOf(params map[string]string) flowing {
	switch {
	case !strings.EqualFold(params["format"], "flowed"):
		return fixed
	case strings.EqualFold(params["delsp"], "yes"):
		return flowedDeleted
	}
	return flowed
}

func (r *mailReader) multipart(parts message.MultipartReader, depth int) error {
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) || p == nil && err != nil && !r.isEmpty() {
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

// read adds a body to target, below what a mail program had before. The library knows UTF-8 alone; a body in
// another encoding comes as it is.
func read(target *string, body io.Reader, encoding string) error {
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
	if *target != "" {
		*target += "\n\n"
	}
	*target += decode(string(data))
	return nil
}
