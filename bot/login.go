package bot

import (
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"tidings/internal/secret"
)

// Login is what a feed's server wants to see: a header of each request. The zero value is none.
type Login struct {
	Header string
	Value  secret.Text
}

// maxLogin bounds a login, in bytes.
const maxLogin = 4 << 10

// Why a text isn't a login. The text is not quoted.
var (
	errLoginForm   = errors.New("that is neither user:password nor a header, as in X-Key: value")
	errLoginHeader = errors.New("that header can't be set")
	errLoginLong   = errors.New("a login may have 4 KiB")
)

// ReadLogin reads one line: user:password, or a header and its value with a space between, as in X-Key: value. Its errors
// quote nothing of it.
func ReadLogin(line string) (Login, error) {
	line = strings.Trim(line, "\r\n")
	user, password, ok := strings.Cut(line, ":")
	header, value, isHeader := strings.Cut(line, ": ")
	switch {
	case len(line) > maxLogin:
		return Login{}, errLoginLong
	case strings.ContainsFunc(line, unicode.IsControl), !ok, user == "":
		return Login{}, errLoginForm
	case !isHeader || strings.ContainsFunc(header, notInHeader):
		return basicLogin(user, password), nil
	case strings.TrimSpace(value) == "":
		return Login{}, errLoginForm
	case isReserved(header):
		return Login{}, errLoginHeader
	}
	return Login{header, secret.New(strings.TrimSpace(value))}, nil
}

func basicLogin(user, password string) Login {
	return Login{"Authorization", secret.New("Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password)))}
}

func notInHeader(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

// isReserved reports whether a header is the client's own.
func isReserved(header string) bool {
	name := strings.ToLower(header)
	own := []string{
		"host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "expect", "range", "accept", "accept-encoding", "user-agent",
	}
	return slices.Contains(own, name) || strings.HasPrefix(name, "if-") || strings.HasPrefix(name, "proxy-")
}

// TakeLogin takes the user and password out of an address.
func TakeLogin(address string) (bare string, l Login) {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return address, Login{}
	}
	password, _ := u.User.Password()
	if u.User.Username() != "" || password != "" {
		l = basicLogin(u.User.Username(), password)
	}
	u.User = nil
	return u.String(), l
}

// Origin is the part of an address to which alone a login goes: scheme, host and port.
func Origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[strings.ToLower(u.Scheme)]
	}
	return strings.ToLower(u.Scheme + "://" + u.Hostname() + ":" + port)
}
