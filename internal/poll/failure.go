package poll

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// fault says what kind of failure it was, as far as the next try depends on it.
type fault int

const (
	faultPassing fault = iota // goes away by itself
	faultLimited              // the server is asked too often
	faultRefused              // the server does not want this program
	faultContent              // what came isn't a feed
	faultEmpty                // it is a feed, and has nothing any more, as one of warnings has most of the time
	faultMissing              // there is nothing at the address
	faultGone                 // and there will not be
)

// fetchError is why a fetch did not work. Its text is for people in a chat: it contains no address, as
// that may be secret, nothing of the operator's network, and nothing that the server wrote.
type fetchError struct {
	reason string
	advice string // what an operator can do, if anything
	fault  fault
	status int           // of the answer, or 0
	after  time.Duration // what the server asks to wait, or 0
	err    error         // the cause, if its text is as harmless
}

func (e *fetchError) Error() string { return e.reason }

func (e *fetchError) Unwrap() error { return e.err }

// Advice returns what an operator can do, if anything.
func (e *fetchError) Advice() string { return e.advice }

// What operators can do.
const (
	adviceAddress = "Look at the address again."
	adviceBlocked = "Ask the site to let this bot through, by its name or its address; or to push its articles by WebSub or the publish API."
	adviceMoved   = "Look for the feed's new address: /sources add with the address of the site finds it."
	adviceEnded   = "Remove it with /sources remove, or look for a new address with /sources add and the address of the site."
	adviceServer  = "Nothing to do here: the site has to fix it."
	adviceLimited = "Nothing to do here: the pause is kept. If it comes back, set a longer POLL_INTERVAL."
	advicePrivate = "If you trust everyone who may add feeds, set ALLOW_PRIVATE_FEEDS=true."
)

// statusError says what an answer means that isn't a feed.
func statusError(resp *http.Response, now time.Time) error {
	e := &fetchError{status: resp.StatusCode, advice: adviceServer}
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusUnavailableForLegalReasons:
		e.reason, e.advice, e.fault = "the server refuses access", adviceBlocked, faultRefused
	case http.StatusNotFound:
		e.reason, e.advice, e.fault = "the server has no such page", adviceMoved, faultMissing
	case http.StatusGone:
		e.reason, e.advice, e.fault = "the feed was ended by its publisher", adviceEnded, faultGone
	case http.StatusTooManyRequests:
		e.reason, e.advice, e.fault = "the server asks to come less often", adviceLimited, faultLimited
	case http.StatusNoContent:
		e.reason, e.fault = "the server sent nothing", faultContent
	default:
		e.reason = "the server answered in an unexpected way"
		if resp.StatusCode >= http.StatusInternalServerError {
			e.reason = "the server is in trouble"
		} else if resp.StatusCode >= http.StatusBadRequest {
			e.fault = faultContent
		}
	}
	if strings.EqualFold(resp.Header.Get("Cf-Mitigated"), "challenge") {
		e.reason, e.advice, e.fault = "the server asks for proof that a person is reading", adviceBlocked, faultRefused
	}
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable {
		if e.after = retryAfter(resp.Header.Get("Retry-After"), now); e.after > 0 {
			e.fault = faultLimited
		}
	}
	e.reason = fmt.Sprintf("%s (%d)", e.reason, resp.StatusCode)
	return e
}

// documentError says why what came isn't a feed. The parser's reason may quote the document, which an
// error must not.
func documentError(err error) error {
	e := &fetchError{reason: "the document " + err.Error(), advice: adviceServer, fault: faultContent}
	if strings.Contains(e.reason, "web page") {
		e.advice = adviceMoved
	}
	if head, _, quotes := strings.Cut(e.reason, "; it begins with "); quotes {
		e.reason = head
	}
	return e
}

// transportError says in plain words why there was no answer. The library's own errors repeat the
// whole address and are dropped, except for a canceled context.
func transportError(err error) error {
	if _, ours := errors.AsType[*fetchError](err); ours {
		return err
	}
	if errors.Is(err, context.Canceled) {
		return &fetchError{reason: "the fetch was canceled", err: context.Canceled}
	}
	if strings.Contains(err.Error(), "failed to parse Location header") { // the library looks before we do
		err = errScheme
	}
	for _, known := range []error{errRedirects, errDowngrade, errScheme} {
		if errors.Is(err, known) {
			return &fetchError{reason: "the server " + known.Error(), advice: adviceMoved, fault: faultContent, err: known}
		}
	}
	for _, known := range []error{errEncoding, errStacked, errLarge} {
		if errors.Is(err, known) {
			return &fetchError{reason: known.Error(), advice: adviceServer, fault: faultContent, err: known}
		}
	}
	reason, advice := reasonOf(err)
	return &fetchError{reason: reason, advice: advice}
}

func reasonOf(err error) (reason, advice string) {
	var dns *net.DNSError
	var timeout net.Error
	var record tls.RecordHeaderError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var certificate x509.CertificateInvalidError
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedPort), errors.Is(err, ssrf.ErrProhibitedNetwork):
		return "the address is not public, or its port is not one of the web", advicePrivate
	case errors.Is(err, errSlow):
		return errSlow.Error(), adviceServer
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no server of that name", adviceAddress
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "the server did not answer in time", adviceServer
	case errors.As(err, &dns):
		return "the server's name could not be looked up", ""
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the server refuses the connection", adviceServer
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), strings.HasSuffix(err.Error(), "EOF"):
		return "the server broke off the connection", adviceServer
	case errors.As(err, &authority), errors.As(err, &host), errors.As(err, &certificate), errors.As(err, &record):
		return "the server's certificate is not valid", adviceServer
	case strings.Contains(err.Error(), "server response headers exceeded"):
		return "the server's answer has too many headers", adviceServer
	}
	return "the server could not be reached", ""
}
