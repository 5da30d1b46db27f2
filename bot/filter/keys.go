package filter

// keyPage is how many ids in a row share a page. Keys come and go, and their ids are never used again.
const keyPage = 128

// keyTable finds keys by id, in few bytes. Not safe for concurrent use.
type keyTable struct {
	pages map[uint32]*[keyPage]*key
	size  int
}

func newKeyTable() keyTable {
	return keyTable{pages: make(map[uint32]*[keyPage]*key)}
}

// at returns the key of an id that is there.
func (t *keyTable) at(id uint32) *key { return t.pages[id/keyPage][id%keyPage] }

func (t *keyTable) add(k *key) {
	page := t.pages[k.id/keyPage]
	if page == nil {
		page = new([keyPage]*key)
		t.pages[k.id/keyPage] = page
	}
	page[k.id%keyPage] = k
	t.size++
}

func (t *keyTable) remove(id uint32) {
	page := t.pages[id/keyPage]
	page[id%keyPage] = nil
	t.size--
	if *page == [keyPage]*key{} {
		delete(t.pages, id/keyPage)
	}
}
