package discord

import (
	"net/http"
	"strings"
)

// uploadPath is where files are kept: on the real platform, on a host of its own.
const uploadPath = "/attachments/"

// Upload is a file that somebody picked for an option.
type Upload struct {
	Name    string
	Content []byte
}

// Upload uploads a file as a person does, and returns its id for an Option.
func (d *StandIn) Upload(f Upload) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	id := d.world.newID()
	d.world.uploads[id] = f
	return id
}

func (f Upload) wire(id, origin string) map[string]any {
	return map[string]any{
		"id": id, "filename": f.Name, "size": len(f.Content), "url": origin + uploadPath + id + "/" + f.Name,
		"proxy_url": origin + uploadPath + id + "/" + f.Name, "ephemeral": true,
	}
}

// serveUpload serves a file to whoever knows its address.
func (d *StandIn) serveUpload(w http.ResponseWriter, r *http.Request) {
	id, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, uploadPath), "/")
	d.mu.Lock()
	f, ok := d.world.uploads[id]
	d.mu.Unlock()
	if !ok || r.Header.Get("Authorization") != "" { // which has no business here
		http.Error(w, "This content is no longer available.", http.StatusNotFound)
		return
	}
	_, _ = w.Write(f.Content) // an error means that the client has gone
}
