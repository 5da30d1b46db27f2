package feed

import (
	"net/url"
	"strings"
)

// rssLinks returns what may be the address of an article: what a redirecting service recorded as
// the original one, the link, or the GUID if it does not deny to be a permanent link. An item that has none
// of these is where its film or recording is.
func rssLinks(r *record, guid string) []string {
	links := append(r.texts("feedburner:origlink"), r.texts("link")...)
	links = appendPages(links, r, "atom:link")
	links = appendPages(links, r, "link")
	for e := range r.all("guid") {
		if !strings.EqualFold(r.attr(e, "isPermaLink"), "false") && strings.Contains(guid, "://") {
			links = append(links, guid)
		}
	}
	return appendMedia(links, r)
}

// atomLinks returns the addresses of an Atom entry that lead to the article, or to its film or recording.
func atomLinks(r *record, id string) []string {
	links := appendPages(r.texts("feedburner:origlink"), r, "link")
	if strings.HasPrefix(id, "http://") || strings.HasPrefix(id, "https://") {
		links = append(links, id)
	}
	return appendMedia(links, r)
}

// appendPages appends where the links of that name lead to, pages first.
func appendPages(links []string, r *record, name string) []string {
	var others []string
	for e := range r.all(name) {
		href := r.attr(e, "href")
		switch rel := r.attr(e, "rel"); {
		case href == "":
		case (rel == "" || rel == "alternate") && isPage(r.attr(e, "type")):
			links = append(links, href)
		case rel == "" || rel == "alternate" || rel == "via":
			others = append(others, href)
		}
	}
	return append(links, others...)
}

func isPage(mediaType string) bool {
	return mediaType == "" || strings.Contains(mediaType, "html")
}

// appendMedia appends where the item can be played, or the file itself.
func appendMedia(links []string, r *record) []string {
	var files []string // the last resort
	for i := range r.elements {
		switch e := &r.elements[i]; e.name {
		case "media:player":
			links = append(links, r.attr(e, "url"))
		case "media:content":
			if kind := r.attr(e, "medium") + r.attr(e, "type"); strings.HasPrefix(kind, "video") || strings.HasPrefix(kind, "audio") {
				files = append(files, r.attr(e, "url"))
			}
		case "enclosure":
			if e.depth == 1 && !isPicture(r, e) {
				links = append(links, r.attr(e, "url"))
			}
		case "link", "atom:link":
			if e.depth == 1 && r.attr(e, "rel") == "enclosure" && !isPicture(r, e) {
				links = append(links, r.attr(e, "href"))
			}
		}
	}
	return append(links, files...)
}

func isPicture(r *record, e *element) bool { return strings.HasPrefix(r.attr(e, "type"), "image/") }

// tidyLink repairs what documents do to addresses: a break over lines, an "&" encoded twice, a scheme left out.
func tidyLink(link string) string {
	link = strings.TrimSpace(link)
	if strings.ContainsAny(link, "\n\r") {
		lines := strings.FieldsFunc(link, func(r rune) bool { return r == '\n' || r == '\r' })
		for i := range lines {
			lines[i] = strings.TrimSpace(lines[i])
		}
		link = strings.Join(lines, "")
	}
	if strings.Contains(link, "&amp;") {
		link = strings.ReplaceAll(link, "&amp;", "&")
	}
	if strings.HasPrefix(link, "www.") {
		link = "http://" + link
	}
	return link
}

// redirectors lists services that show an address of their own, and the parameter with the true one.
var redirectors = [...]struct{ host, path, param string }{
	{"google.", "/url", "url"},
	{"google.", "/url", "q"},
	{"google.", "/news/url", "url"},
	{"bing.com", "/news/apiclick.aspx", "url"},
	{"facebook.com", "/l.php", "u"},
	{"instagram.com", "/", "u"},
	{"youtube.com", "/redirect", "q"},
	{"duckduckgo.com", "/l/", "uddg"},
}

// withoutRedirect returns where a redirecting service would lead, if its address says so.
func withoutRedirect(link string) string {
	_, rest, ok := strings.Cut(link, "://")
	host, path, _ := strings.Cut(rest, "/")
	path, query, asked := strings.Cut("/"+path, "?")
	if !ok || !asked {
		return link
	}
	for _, s := range redirectors {
		if path != s.path || !isHost(host, s.host) {
			continue
		}
		values, _ := url.ParseQuery(query)
		if to := values.Get(s.param); strings.HasPrefix(to, "http://") || strings.HasPrefix(to, "https://") {
			return to
		}
	}
	return link
}

// isHost reports whether a host is the domain or one of its own; "google." stands for that of every country.
func isHost(host, domain string) bool {
	if strings.HasSuffix(domain, ".") {
		return strings.HasPrefix(host, domain) || strings.Contains(host, "."+domain)
	}
	return host == domain || strings.HasSuffix(host, "."+domain)
}
