package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

// maxCaption bounds the text with a file, in the units of [units]; core.telegram.org/bots/api#senddocument
const maxCaption = 1024

// document is core.telegram.org/bots/api#document.
type document struct {
	ID   string `json:"file_id"`
	Name string `json:"file_name"`
	Size int64  `json:"file_size"`
}

// sendDocument sends a file with a caption. Only the library's own uploads lose the code of a refusal.
func (a *Adapter) sendDocument(ctx context.Context, params tgbotapi.Params, f *bot.File, result any) error {
	var buf bytes.Buffer
	form := multipart.NewWriter(&buf)
	var faults []error
	for name, value := range params {
		faults = append(faults, form.WriteField(name, value))
	}
	w, err := form.CreateFormFile("document", f.Name)
	if err == nil {
		_, err = w.Write(f.Content)
	}
	if err := errors.Join(append(faults, err, form.Close())...); err != nil {
		return fmt.Errorf("encode a file: %w", err)
	}
	return a.client.upload(ctx, "sendDocument", form.FormDataContentType(), buf.Bytes(), result)
}

// upload calls a method with a form. It fails like call.
func (c *client) upload(ctx context.Context, method, contentType string, body []byte, result any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/bot"+placeholder+"/"+method, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := doer{ctx: ctx, client: c}.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	defer resp.Body.Close()
	var answer tgbotapi.APIResponse
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%s: read answer: %w", method, err)
	}
	if !answer.Ok {
		refusal := &tgbotapi.Error{Code: answer.ErrorCode, Message: answer.Description}
		if answer.Parameters != nil {
			refusal.ResponseParameters = *answer.Parameters
		}
		return fmt.Errorf("%s: %w", method, refusal)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Result, result)
}

// file returns how to get the file that came with a message, or with the one that it replies to, or nil.
func (s *session) file(m *message) func(context.Context) (bot.File, error) {
	d := m.Document
	if d == nil && m.ReplyTo != nil {
		d = m.ReplyTo.Document
	}
	if d == nil {
		return nil
	}
	return func(ctx context.Context) (bot.File, error) {
		f := bot.File{Name: d.Name}
		if d.Size > bot.MaxFile {
			return f, bot.UserErrorf("That file is too long for me.")
		}
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		var at struct {
			Path string `json:"file_path"`
		}
		err := s.client.call(ctx, "getFile", tgbotapi.Params{"file_id": d.ID}, &at)
		if err == nil {
			f.Content, err = s.client.download(ctx, at.Path)
		}
		return f, err
	}
}

// download gets a file. Its address has the token in it, and stays out of errors.
func (c *client) download(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base, http.NoBody)
	if err != nil {
		return nil, errors.New("the address of a file can't be read")
	}
	req.URL.Path = strings.TrimRight(req.URL.Path, "/") + "/file/bot" + c.token.Reveal() + "/" + path
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, withoutAddress(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &statusError{status: resp.StatusCode}
	}
	content, err := io.ReadAll(io.LimitReader(resp.Body, bot.MaxFile+1))
	if err == nil && len(content) > bot.MaxFile {
		return nil, bot.UserErrorf("That file is too long for me.")
	}
	return content, err
}

// bringsFeeds reports whether somebody hands in a file in private that is called like a list of feeds. It needs no command.
func (m *message) bringsFeeds() bool {
	if m.Document == nil || m.Chat.Type != private {
		return false
	}
	name := strings.ToLower(m.Document.Name)
	return strings.HasSuffix(name, ".opml") || strings.HasSuffix(name, ".xml")
}
