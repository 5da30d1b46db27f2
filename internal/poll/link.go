package poll

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxLinks bounds how many links of a header are read.
const maxLinks = 32

// linked returns the hubs and the own address that a header's links name; RFC 8288, and W3C WebSub,
// section 4.
func linked(h http.Header, base *url.URL) (hubs []string, self string) {
	n := 0
	for _, line := range h.Values("Link") {
		for rest := line; rest != "" && n < maxLinks; n++ {
			var target, params string
			target, params, rest = cutLink(rest)
			u, err := base.Parse(target)
			if target == "" || err != nil {
				continue
			}
			rels := relations(params)
			if slices.Contains(rels, "hub") {
				hubs = append(hubs, u.String())
			}
			if slices.Contains(rels, "self") && self == "" {
				self = u.String()
			}
		}
	}
	return hubs, self
}

// cutLink takes the first link off a header's line: what stands in <>, its parameters, and what comes
// behind the comma.
func cutLink(line string) (target, params, rest string) {
	_, line, ok := strings.Cut(line, "<")
	if !ok {
		return "", "", ""
	}
	target, line, _ = strings.Cut(line, ">")
	quoted := false
	for i, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ',' && !quoted:
			return strings.TrimSpace(target), line[:i], line[i+1:]
		}
	}
	return strings.TrimSpace(target), line, ""
}

// relations returns the types of a link.
func relations(params string) []string {
	for part := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(part, "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") {
			return strings.Fields(strings.ToLower(strings.Trim(strings.TrimSpace(value), `"`)))
		}
	}
	return nil
}
