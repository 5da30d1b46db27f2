package telegram

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
)

// File is a file that somebody sent.
type File struct {
	Name    string
	Content []byte
}

// Document is a file as the Bot API shows one.
type Document struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileName     string `json:"file_name,omitempty"`
	FileSize     int    `json:"file_size,omitempty"`
}

// readFiles takes over the files of a form.
func (c call) readFiles(form *multipart.Form) error {
	for name, headers := range form.File {
		f, err := headers[0].Open()
		if err != nil {
			return badRequest("can't parse multipart form data")
		}
		content, err := io.ReadAll(f)
		_ = f.Close()
		if err != nil {
			return badRequest("can't parse multipart form data")
		}
		c.files[name] = File{Name: headers[0].Filename, Content: content}
	}
	return nil
}

// keep keeps a file and returns it as the Bot API shows it. t.mu must be held.
func (t *StandIn) keep(f File) *Document {
	id := fmt.Sprintf("document-%d", len(t.files)+1)
	t.files[id] = f
	return &Document{FileID: id, FileUniqueID: "u" + id, FileName: f.Name, FileSize: len(f.Content)}
}

// sendDocument accepts only files that come with the request.
func (t *StandIn) sendDocument(c call) (any, error) {
	f, ok := c.files["document"]
	if !ok || len(f.Content) == 0 {
		return nil, badRequest("there is no document in the request")
	}
	m := &Message{Document: t.keep(f)}
	if err := t.readCaption(c, m); err != nil {
		return nil, err
	}
	return t.post(c, m, "documents")
}

func (t *StandIn) getFile(c call) (any, error) {
	f, ok := t.files[c.text("file_id")]
	if !ok {
		return nil, badRequest("wrong file_id or the file is temporarily unavailable")
	}
	return map[string]any{"file_id": c.text("file_id"), "file_size": len(f.Content), "file_path": "documents/" + c.text("file_id")}, nil
}

// serveFile serves /file/bot<token>/<path>.
func (t *StandIn) serveFile(w http.ResponseWriter, r *http.Request) {
	token, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/file/bot"), "/")
	t.mu.Lock()
	f, ok := t.files[strings.TrimPrefix(path, "documents/")]
	ok = ok && token == t.token
	t.mu.Unlock()
	if !ok {
		http.Error(w, `{"ok":false,"error_code":404,"description":"Not Found"}`, http.StatusNotFound)
		return
	}
	_, _ = w.Write(f.Content) // an error means that the client has gone
}

// FileOf returns the file of a message.
func (t *StandIn) FileOf(m Message) File {
	t.mu.Lock()
	defer t.mu.Unlock()
	if m.Document == nil {
		return File{}
	}
	return t.files[m.Document.FileID]
}

// SendFile sends a file as a person, with a caption or without.
func (t *StandIn) SendFile(user, chat int64, f File, caption string) (Message, error) {
	t.mu.Lock()
	d := t.keep(f)
	t.mu.Unlock()
	return t.say(user, chat, caption, &Message{Document: d}, 0)
}
