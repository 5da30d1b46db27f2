package feed

import (
	"strconv"
	"strings"
)

// imagesOf returns the addresses of the item's picture: one that is named so, or of the media, or a
// thumbnail, or what is enclosed.
func imagesOf(r *record) []string {
	var images, thumbnails []string
	for e := range r.all("itunes:image") {
		images = append(images, r.attr(e, "href"))
	}
	for e := range r.within("image", "url") {
		images = append(images, r.refs.text(e.inner))
	}
	for e := range r.anywhere("media:content") {
		if r.attr(e, "medium") == "image" || isPicture(r, e) {
			images = append(images, r.attr(e, "url"))
		}
	}
	for e := range r.anywhere("media:thumbnail") {
		thumbnails = append(thumbnails, r.attr(e, "url"))
	}
	for e := range r.within("image:image", "image:loc") {
		thumbnails = append(thumbnails, r.refs.text(e.inner))
	}
	return append(append(images, thumbnails...), enclosedImages(r)...)
}

func enclosedImages(r *record) []string {
	var images []string
	for e := range r.all("enclosure") {
		if isPicture(r, e) {
			images = append(images, r.attr(e, "url"))
		}
	}
	for _, name := range []string{"link", "atom:link"} {
		for e := range r.all(name) {
			if r.attr(e, "rel") == "enclosure" && isPicture(r, e) {
				images = append(images, r.attr(e, "href"))
			}
		}
	}
	return images
}

// Bounds of looking for a picture in a text.
const (
	maxPictures  = 5
	maxSearched  = 64 << 10 // bytes
	leastPicture = 48       // pixels; what is smaller is an ornament, or counts readers
)

// pictures returns the addresses of the pictures that stand in a text.
func (r *references) pictures(t text) []string {
	if t.literal || !strings.Contains(t.words, "<") {
		return nil
	}
	var list []string
	m := markup{text: t.words[:min(len(t.words), maxSearched)]}
	for len(list) < maxPictures {
		tag, ok := m.next()
		if !ok {
			break
		}
		if _, name := splitName(tag.name); tag.kind == endTag || !strings.EqualFold(name, "img") {
			continue
		}
		if src := r.picture(tag.attrs); src != "" {
			list = append(list, src)
		}
	}
	return list
}

// picture returns the address of an img if it shows something to look at.
func (r *references) picture(attrs string) string {
	for _, name := range []string{"width", "height"} {
		if n, err := strconv.Atoi(strings.TrimSuffix(r.attr(attrs, name), "px")); err == nil && n < leastPicture {
			return ""
		}
	}
	class := strings.ToLower(r.attr(attrs, "class"))
	for _, ornament := range []string{"emoji", "smiley", "avatar", "icon"} {
		if strings.Contains(class, ornament) {
			return ""
		}
	}
	for _, name := range []string{"data-src", "data-original", "data-lazy-src", "src"} { // a lazy one has a stand-in in its src
		src := r.attr(attrs, name)
		if src != "" && !strings.HasPrefix(src, "data:") && !countsReaders(src) {
			return src
		}
	}
	return ""
}

// countsReaders reports whether a picture's address is that of a counter.
func countsReaders(src string) bool {
	for _, part := range []string{
		"feedburner.com/~", "feeds.wordpress.com/", "stats.wordpress.com/", "pixel.wp.com/", "/pixel", "doubleclick.net/", "/b.gif", "/1x1", "spacer.gif",
		"/emoji/", "/smilies/", "google-analytics.com/", "scorecardresearch.com/", "/counter", "/tracking",
	} {
		if strings.Contains(src, part) {
			return true
		}
	}
	return false
}
