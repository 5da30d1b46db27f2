package discord

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"

	"tidings/bot"
)

// attachment names a file that goes with a message, or one that came with a command.
// discord.com/developers/docs/reference#uploading-files
type attachment struct {
	ID       string `json:"id"`
	Filename string `json:"filename"`
	Size     int    `json:"size,omitempty"`
	URL      string `json:"url,omitempty"`
}

// attach lets a file go with a message.
func (b *messageBody) attach(f *bot.File) {
	if b.file = f; f != nil {
		b.Attachments = []attachment{{ID: "0", Filename: f.Name}}
	}
}

// fileOf returns the file that goes with the body of a request, or nil.
func fileOf(body any) *bot.File {
	switch b := body.(type) {
	case *messageBody:
		return b.file
	case *post:
		return b.Message.file
	case response:
		return fileOf(b.Data)
	}
	return nil
}

// encodeRequest returns the body of a request and its type: JSON, or a form with the JSON and a file.
func encodeRequest(body any) (raw []byte, contentType string, err error) {
	raw, err = encode(body)
	f := fileOf(body)
	if err != nil || f == nil {
		return raw, "application/json", err
	}
	var buf bytes.Buffer
	form := multipart.NewWriter(&buf)
	err = errors.Join(
		writePart(form, `form-data; name="payload_json"`, "application/json", raw),
		writePart(form, fmt.Sprintf(`form-data; name="files[0]"; filename=%q`, f.Name), "application/octet-stream", f.Content),
		form.Close())
	return buf.Bytes(), form.FormDataContentType(), err
}

func writePart(form *multipart.Writer, disposition, kind string, content []byte) error {
	w, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {kind}})
	if err == nil {
		_, err = w.Write(content)
	}
	return err
}

// optionAttachment is the type of an option that takes a file.
const optionAttachment = 11

// file returns how to get the file that came with a command, or nil.
func (r *run) file(it *interaction) func(context.Context) (bot.File, error) {
	for _, a := range it.Data.Resolved.Attachments {
		return func(ctx context.Context) (bot.File, error) { return r.download(ctx, a) }
	}
	return nil
}

// download gets a file from where Discord keeps it, which takes no token.
func (r *run) download(ctx context.Context, a attachment) (bot.File, error) {
	f := bot.File{Name: a.Filename}
	if a.Size > bot.MaxFile {
		return f, bot.UserErrorf("That file is too long for me.")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL, http.NoBody)
	if err != nil {
		return f, withoutAddress(err)
	}
	resp, err := r.rest.client.Do(req)
	if err != nil {
		return f, withoutAddress(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return f, fmt.Errorf("download a file: status %d", resp.StatusCode)
	}
	f.Content, err = io.ReadAll(io.LimitReader(resp.Body, bot.MaxFile+1))
	if err == nil && len(f.Content) > bot.MaxFile {
		return f, bot.UserErrorf("That file is too long for me.")
	}
	return f, err
}
