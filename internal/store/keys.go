package store

import (
	"crypto/sha256"
	"encoding/binary"

	"tidings/bot"
)

// keys are the names under which an article is known, hashed. 0 stands for one that it does not have.
type keys struct {
	guid  int64 // as its source writes it
	loose int64 // the GUID without what a site changes about an address
	link  int64 // the address likewise, in whatever source
	title int64
	// shared is not a name: it is on record for a link that several articles of the source carry.
	shared int64
	both   int64 // title and link together, where the link is shared
}

// keysOf returns the keys of a stored article that its GUID, its address and its title give.
func keysOf(owner int64, a *bot.Article) keys {
	k := keys{guid: key("guid", a.SourceID, a.GUID)}
	if loose := canonicalLink(a.GUID); loose != "" {
		k.loose = key("loose", a.SourceID, loose)
	}
	if link := canonicalLink(a.URL); link != "" {
		k.link = linkKey(owner, link)
	}
	if t := titleName(a.Title); t != "" {
		k.title = key("title", a.SourceID, t)
	}
	return k
}

// linkKey is the key of a canonical link among the articles of an owner.
func linkKey(owner int64, link string) int64 {
	if owner == public {
		return key("link", link)
	}
	return key("link of an owner", ownerWord(owner), link)
}

// titleName returns a title as it names an article.
func titleName(title string) string { return titleKey(withoutCounts(title)) }

// all returns the keys that there are.
func (k *keys) all() []int64 {
	list := make([]int64, 0, 6)
	for _, k := range []int64{k.guid, k.loose, k.link, k.title, k.shared, k.both} {
		if k != 0 {
			list = append(list, k)
		}
	}
	return list
}

// key hashes what no other kind of key has the parts of.
func key(kind string, parts ...string) int64 {
	room := [256]byte{}
	text := appendPart(room[:0], kind)
	for _, s := range parts {
		text = appendPart(text, s)
	}
	sum := sha256.Sum256(text)
	return int64(binary.BigEndian.Uint64(sum[:])) //nolint:gosec // any 64 bits do
}

func appendPart(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...) //nolint:gosec // parts are bounded
}
