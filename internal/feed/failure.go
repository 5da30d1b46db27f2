package feed

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// fetchError is why a fetch did not work. Its text is for people in a chat: it holds no address, as
// that may be secret, and nothing of the operator's network.
type fetchError struct {
	reason string
	status int           // of the answer, or 0
	after  time.Duration // what the server asks to wait, or 0
	err    error         // the cause, if its text is as harmless
}

func (e *fetchError) Error() string { return e.reason }

func (e *fetchError) Unwrap() error { return e.err }

// transportError says in plain words why there was no answer. The library's own errors repeat the
// whole address and are dropped, except for a canceled context.
func transportError(err error) error {
	if errors.Is(err, context.Canceled) {
		return &fetchError{reason: "the fetch was canceled", err: context.Canceled}
	}
	for _, known := range []error{errRedirects, errDowngrade, errScheme} {
		if errors.Is(err, known) {
			return &fetchError{reason: "the server " + known.Error(), err: known}
		}
	}
	return &fetchError{reason: reasonOf(err)}
}

func reasonOf(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	var record tls.RecordHeaderError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var certificate x509.CertificateInvalidError
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedPort), errors.Is(err, ssrf.ErrProhibitedNetwork):
		return "the address is not public, or its port is not one of the web; the operator can allow such feeds"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no server of that name"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "the server did not answer in time"
	case errors.As(err, &dns):
		return "the server's name could not be looked up"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the server refuses the connection"
	case errors.Is(err, syscall.ECONNRESET), strings.HasSuffix(err.Error(), "EOF"):
		return "the server broke off the connection"
	case errors.As(err, &authority), errors.As(err, &host), errors.As(err, &certificate), errors.As(err, &record):
		return "the server's certificate is not valid"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return "the answer is not compressed as it says"
	}
	return "the server could not be reached"
}
