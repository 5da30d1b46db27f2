// Package web is the HTTP server of Tidings for other programs, on one listener: health checks, metrics for
// Prometheus, and the publish API for newsrooms that push their articles. What people see in a browser is handed to it.
//
// Everything but the publish API and those pages answers anyone who can reach the listener, so it listens on a loopback
// address by default; nothing it shows is a secret.
package web
