package telegram

import (
	"net/url"
	"strconv"
	"strings"
)

// userLink reads tg://user?id=….
func userLink(address string) (int64, bool) {
	u, err := url.Parse(strings.ToLower(address))
	if err != nil || u.Scheme != "tg" || u.Host != "user" {
		return 0, false
	}
	id, err := strconv.ParseInt(u.Query().Get("id"), 10, 64)
	return id, err == nil && id > 0
}

// link spells an address as Telegram does, and reports whether Telegram would open it at all: a host needs a dot.
func link(address string) (string, bool) {
	u, err := url.Parse(address)
	if err == nil && u.Scheme == "" {
		u, err = url.Parse("http://" + address)
	}
	if err != nil {
		return "", false
	}
	switch u.Scheme {
	case "tg", "ton", "tonsite":
		return address, u.Host != ""
	case "http", "https":
	default:
		return "", false
	}
	host := u.Hostname()
	if strings.ContainsAny(address, " \n\t") || !strings.ContainsAny(host, ".:") {
		return "", false
	}
	u.Host = strings.ToLower(u.Host)
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), true
}
