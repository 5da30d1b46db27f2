package console

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"tidings/bot"
)

// exchange is a request and its answer.
type exchange struct {
	*http.Request
	w       http.ResponseWriter
	visitor visitor // the zero value for nobody
}

// page is what the layout shows around what a template shows.
type page struct {
	Title    string
	Path     string // of the section, for the navigation
	Sections []section
	Who      string // signed in; empty is nobody
	SignsOut bool   // Who can sign out
	Answer   *answered
	Live     string // where the page hears that it is to be fetched again; empty if it isn't
	Here     string // the path and query of the page, to come back to
	Nonce    string
	Body     any
}

// problem is a page that says what went wrong.
type problem struct{ Title, Text string }

// show answers with a page of a section.
func (c *Console) show(ctx context.Context, x *exchange, s *section) {
	body, err := s.show(x)
	if err != nil {
		c.fail(ctx, x, err)
		return
	}
	switch body := body.(type) {
	case *bot.File:
		sendFile(x, body)
	case redirection:
		redirect(x.w, x.Request, string(body))
	default:
		c.render(ctx, x, http.StatusOK, s.template, body)
	}
}

// fail answers with what went wrong, in words for people.
func (c *Console) fail(ctx context.Context, x *exchange, err error) {
	var fault *bot.UserError
	var tooLong *http.MaxBytesError
	switch {
	case errors.Is(err, bot.ErrNotFound):
		c.render(ctx, x, http.StatusNotFound, "problem", problem{Title: "Page not found", Text: "What was here may have been removed."})
	case errors.As(err, &fault):
		c.render(ctx, x, http.StatusBadRequest, "problem", problem{Title: "That didn't work", Text: fault.Error()})
	case errors.As(err, &tooLong):
		c.render(ctx, x, http.StatusRequestEntityTooLarge, "problem", problem{Title: "That is too long", Text: "A file may have 256 kB."})
	default:
		var b [2]byte
		_, _ = rand.Read(b[:])
		ref := hex.EncodeToString(b[:])
		c.cfg.Logger.ErrorContext(ctx, "console page failed", "ref", ref, "path", x.URL.Path, "err", err)
		c.render(ctx, x, http.StatusInternalServerError, "problem", problem{Title: "Something went wrong (ref " + ref + ")", Text: "The bot's log says what, beside that reference."})
	}
}

// render answers with a template in the layout.
func (c *Console) render(ctx context.Context, x *exchange, status int, name string, body any) {
	p := page{
		Title: titleOf(c.sections(), x.URL.Path), Path: x.URL.Path, Who: x.visitor.who, Here: x.URL.RequestURI(), Nonce: rand.Text(), Body: body,
		SignsOut: c.cfg.Sessions.cfg.Everybody == "",
	}
	if x.visitor.who != "" {
		p.Sections, p.Live = c.sections(), c.liveAt(x.URL.Path, body)
		p.Answer = c.takeAnswer(ctx, x)
	}
	var b bytes.Buffer
	templates, err := c.templates()
	if err == nil {
		err = templates[name].ExecuteTemplate(&b, "layout", p)
	}
	if err != nil {
		c.cfg.Logger.ErrorContext(ctx, "console template failed", "template", name, "err", err)
		http.Error(x.w, "this page can't be shown; the log says why", http.StatusInternalServerError)
		return
	}
	x.w.Header().Set("Content-Security-Policy", withScript(p.Nonce))
	x.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	x.w.WriteHeader(status)
	_, _ = x.w.Write(b.Bytes())
}

func titleOf(list []section, path string) string {
	for _, s := range list {
		if inSection(path, s.Path) {
			return s.Name
		}
	}
	return ""
}

// inSection reports whether a path is a section's, or one below it.
func inSection(path, section string) bool {
	return path == section || strings.HasPrefix(path, section+"/")
}

// liveAt returns where a page hears that it would say something else than body; empty if it stays as it is.
func (c *Console) liveAt(path string, body any) string {
	for _, s := range c.sections() {
		if s.live && s.Path == path {
			return path + "/events?" + seenParameter + "=" + digestOf(body)
		}
	}
	return ""
}

// parseTemplates reads each template together with the layout.
func (c *Console) parseTemplates() (map[string]*template.Template, error) {
	layout, err := template.New("layout").Funcs(c.functions()).ParseFS(assets, "assets/layout.html", "assets/parts.html")
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	set := map[string]*template.Template{}
	names := []string{"signin", "problem"}
	for _, s := range append(c.sections(), c.subpages()...) {
		if s.template != "" {
			names = append(names, s.template)
		}
	}
	for _, name := range names {
		t, err := layout.Clone()
		if err == nil {
			set[name], err = t.ParseFS(assets, "assets/"+name+".html")
		}
		if err != nil {
			return nil, fmt.Errorf("console: template %s: %w", name, err)
		}
	}
	return set, nil
}
