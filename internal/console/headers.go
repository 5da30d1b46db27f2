package console

import (
	"io/fs"
	"net/http"
	"path"
)

// policy lets nothing be loaded but what the console brings, and no other site frame it or be sent a form; www.w3.org/TR/CSP3
const policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// withHeaders limits what pages may do, in every answer. Browsers send an Origin that says something only with a Referrer-Policy
// that lets the same site have one: without it every form would be refused.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// withScript is the policy of a page whose script has a nonce.
func withScript(nonce string) string { return policy + "; script-src 'nonce-" + nonce + "'" }

// serveAsset answers with the stylesheet, the script or the icon.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := path.Clean(r.URL.Path)
	if info, err := fs.Stat(assets, name); err != nil || info.IsDir() || path.Ext(name) == ".html" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	http.ServeFileFS(w, r, assets, name)
}

// refuseOtherSite answers a form that a browser says comes from another site.
func (c *Console) refuseOtherSite(w http.ResponseWriter, r *http.Request) {
	c.cfg.Logger.WarnContext(r.Context(), "console form of another site refused", "origin", r.Header.Get("Origin"), "host", r.Host,
		"sec_fetch_site", r.Header.Get("Sec-Fetch-Site"))
	c.render(r.Context(), &exchange{Request: r, w: w}, http.StatusForbidden, "problem", problem{
		Title: "This form seems to come from another site",
		Text: "Nothing was done. If you sent it from the console, something between your browser and the bot changes what it says of " +
			"itself: a proxy has to pass the headers Host, Origin and Sec-Fetch-Site as they are.",
	})
}
