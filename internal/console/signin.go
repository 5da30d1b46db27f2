package console

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Where people sign in.
const (
	signInPath = "/sign-in"
	linkPath   = "/sign-in/link"
)

// signInView is what the page to sign in shows, and it shows the same to everybody.
type signInView struct {
	Next    string // the path to go to then
	Code    string // of a link; empty asks for the token
	ByToken bool   // there is a token
	Fault   string
}

// showSignIn asks for the token.
func (c *Console) showSignIn(w http.ResponseWriter, r *http.Request) {
	c.askToSignIn(w, r, http.StatusOK, signInView{Next: r.FormValue("next")})
}

func (c *Console) askToSignIn(w http.ResponseWriter, r *http.Request, status int, v signInView) {
	v.ByToken, v.Next = c.cfg.Sessions.cfg.Token != "", localPath(v.Next)
	c.render(r.Context(), &exchange{Request: r, w: w}, status, "signin", v)
}

// signIn signs in by the token. Wrong ones are limited, and the right one never is.
func (c *Console) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxSignIn)
	err := c.cfg.Sessions.signInByToken(w, r, strings.TrimSpace(r.PostFormValue("token")))
	c.enter(w, r, err, signInView{
		Next: r.PostFormValue("next"), Fault: "That isn't the token. It is what CONSOLE_TOKEN has in the bot's environment.",
	})
}

// maxSignIn bounds what a stranger may send, in bytes.
const maxSignIn = 8 << 10

// showLink asks whether to sign in by a link. It spends nothing: platforms and mail programs open links to preview them.
func (c *Console) showLink(w http.ResponseWriter, r *http.Request) {
	c.askToSignIn(w, r, http.StatusOK, signInView{Code: r.FormValue("code")})
}

// signInByLink spends a link.
func (c *Console) signInByLink(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxSignIn)
	err := c.cfg.Sessions.signInByLink(w, r, r.PostFormValue("code"))
	c.enter(w, r, err, signInView{Fault: "That link has been used or has expired. Ask the bot for another: type /console in your private chat."})
}

// enter leads on whoever has signed in, or asks again.
func (c *Console) enter(w http.ResponseWriter, r *http.Request, err error, v signInView) {
	switch {
	case err == nil:
		redirect(w, r, localPath(v.Next))
	case errors.Is(err, errWrong):
		c.refuse(w, r, v)
	default:
		c.fail(r.Context(), &exchange{Request: r, w: w}, err)
	}
}

// refuse asks again after a wrong try.
func (c *Console) refuse(w http.ResponseWriter, r *http.Request, v signInView) {
	status := http.StatusForbidden
	if wait := c.cfg.Sessions.tries.fail(c.cfg.Now()); wait > 0 {
		status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		v.Fault = "That was wrong too many times in a row. Please wait a moment."
	} else {
		c.cfg.Logger.WarnContext(r.Context(), "sign-in to the console failed", "remote", r.RemoteAddr)
	}
	c.askToSignIn(w, r, status, v)
}

// signOut ends the session, and with it what streams.
func (c *Console) signOut(ctx context.Context, x *exchange) {
	if err := c.cfg.Sessions.end(x.w, x.Request); err != nil {
		c.fail(ctx, x, err)
		return
	}
	c.cfg.Logger.InfoContext(ctx, "signed out of the console", "by", x.visitor.who)
	redirect(x.w, x.Request, signInPath)
}

// redirect leads to a path of the console.
func redirect(w http.ResponseWriter, r *http.Request, to string) {
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// nextQuery is the query by which signing in leads to where somebody wanted to go.
func nextQuery(to *url.URL) string { return url.Values{"next": {to.RequestURI()}}.Encode() }

// localPath returns a path of the console that a request named, or the first page: nobody is led to another site.
func localPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") ||
		strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return u.RequestURI()
}
