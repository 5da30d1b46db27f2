package filter

// pageSize is how many ids in a row share a page. They come from a sequence, so pages are full.
const pageSize = 64

// owners records in few bytes where the filter of each id is. Not safe for concurrent use.
type owners struct {
	pages  map[int64]*[pageSize]uint32 // number of a node + 1, or ownsMore
	others map[int64]place
	one    [1]uint32 // what at returned last
}

// ownsMore marks ids whose place is in others.
const ownsMore = 1<<32 - 1

// place is where a filter is: in nodes, of which at most one matches any article, or in a rest.
type place struct {
	nodes []uint32
	rest  *rest
}

func newOwners() owners {
	return owners{pages: make(map[int64]*[pageSize]uint32), others: make(map[int64]place)}
}

func split(id int64) (page int64, at int) {
	return id >> 6, int(id & (pageSize - 1))
}

// set notes the place of an id.
func (o *owners) set(id int64, p place) {
	number, at := split(id)
	page := o.pages[number]
	if page == nil {
		page = new([pageSize]uint32)
		o.pages[number] = page
	}
	if p.rest == nil && len(p.nodes) == 1 {
		page[at] = p.nodes[0] + 1
		return
	}
	page[at] = ownsMore
	p.nodes = append([]uint32(nil), p.nodes...)
	o.others[id] = p
}

// at returns the place of an id, valid until the next one is asked for.
func (o *owners) at(id int64) (place, bool) {
	number, at := split(id)
	page := o.pages[number]
	switch {
	case page == nil, page[at] == 0:
		return place{}, false
	case page[at] == ownsMore:
		return o.others[id], true
	default:
		o.one[0] = page[at] - 1
		return place{nodes: o.one[:]}, true
	}
}

// remove forgets the place of an id and returns it, valid until the next one is asked for.
func (o *owners) remove(id int64) (place, bool) {
	p, ok := o.at(id)
	if !ok {
		return place{}, false
	}
	number, at := split(id)
	page := o.pages[number]
	if page[at] == ownsMore {
		delete(o.others, id)
	}
	if page[at] = 0; *page == [pageSize]uint32{} {
		delete(o.pages, number)
	}
	return p, true
}
