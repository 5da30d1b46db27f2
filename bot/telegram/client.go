package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/internal/retry"
	"tidings/internal/secret"
)

const (
	maxResponse = 8 << 20 // bytes; 100 updates of the longest messages are far below
	// placeholder stands for the token wherever the library sees it.
	placeholder = "TOKEN"
)

// client calls the Bot API. The library builds requests and reads answers, but never sees the token, so that none of
// its errors can contain it. Its own loops for updates can't be stopped, and lose updates in a crash.
type client struct {
	api   tgbotapi.BotAPI
	base  string // the address that paths are appended to
	http  http.Client
	token secret.Text
	dates dates
	reach reach
}

func newClient(base, token string, hc *http.Client) (*client, error) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(base), "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("the API address is not an http or https address")
	}
	c := &client{token: secret.New(token), base: u.String()}
	if hc == nil {
		hc = &http.Client{Transport: newTransport()}
	}
	c.http = *hc
	c.http.Timeout = 0 // every call has a context that ends, and polls take their time
	// A redirect would carry the token to another server.
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.api = tgbotapi.BotAPI{Token: placeholder}
	c.api.SetAPIEndpoint(strings.ReplaceAll(u.String(), "%", "%%") + "/bot%s/%s")
	return c, nil
}

// maxIdle is how many connections are kept for the next requests: as many as answers, alerts and polls use at a time.
const maxIdle = 64

// newTransport returns the transport of net/http, which keeps two connections to a server, with more of them.
func newTransport() http.RoundTripper {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	t := base.Clone()
	t.MaxIdleConnsPerHost = maxIdle
	return t
}

// call calls a method and decodes its result, unless that is nil. It fails with a *[tgbotapi.Error]
// if Telegram refuses, with a *statusError if the answer is not Telegram's, else as the network does.
func (c *client) call(ctx context.Context, method string, params tgbotapi.Params, result any) error {
	api := c.api // a copy, which carries this call's context
	api.Client = doer{ctx: ctx, client: c}
	answer, err := api.MakeRequest(method, params)
	c.reach.note(ctx, method, err)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(answer.Result, result); err != nil {
		return fmt.Errorf("%s: read result: %w", method, err)
	}
	return nil
}

// doer makes one request on behalf of the library.
type doer struct {
	ctx    context.Context //nolint:containedctx // the library has no other way to hand it over
	client *client
}

var _ tgbotapi.HTTPClient = doer{}

// Do puts the token in place and makes the request. Its errors name no address, because an address
// contains the token.
func (d doer) Do(req *http.Request) (*http.Response, error) {
	req = req.Clone(d.ctx)
	req.URL.Path = strings.Replace(req.URL.Path, "/bot"+placeholder+"/", "/bot"+d.client.token.Reveal()+"/", 1)
	if retry.Overdue(d.ctx, time.Now()) { // the machine slept, say: another process may have sent this
		return nil, context.DeadlineExceeded
	}
	resp, err := d.client.http.Do(req)
	if err != nil {
		return nil, withoutAddress(err)
	}
	defer resp.Body.Close()
	d.client.dates.note(resp.Header, time.Now())
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse))
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	if err := faultOf(body, resp.StatusCode); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// withoutAddress takes the address off an error of the HTTP client, because it has the token in it.
func withoutAddress(err error) error {
	if withAddress, ok := errors.AsType[*url.Error](err); ok {
		return withAddress.Err
	}
	return err
}

// faultOf returns what the library would overlook: that an answer isn't the Bot API's, or cut short, or a refusal whose
// code is in the HTTP status alone.
func faultOf(body []byte, status int) error {
	var answer struct {
		OK          *bool  `json:"ok"`
		Code        int    `json:"error_code"`
		Description string `json:"description"`
	}
	switch {
	case json.Unmarshal(body, &answer) != nil || answer.OK == nil:
		return &statusError{status: status}
	case !*answer.OK && answer.Code == 0:
		return &tgbotapi.Error{Code: status, Message: answer.Description}
	}
	return nil
}

// statusError is an answer that isn't the Bot API's: a proxy's page, or nothing at all.
type statusError struct {
	status int
}

// isPage reports whether something answered in place of the Bot API, which mostly means that it's down.
func isPage(err error) bool {
	_, ok := errors.AsType[*statusError](err)
	return ok
}

func (e *statusError) Error() string {
	return fmt.Sprintf("the answer is not the Bot API's (HTTP status %d)", e.status)
}
