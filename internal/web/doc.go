// Package web is what Tidings shows to machines over HTTP, on one listener: health for whatever
// watches the process, metrics for Prometheus, and the publish API for newsrooms that push their
// articles.
//
// Everything but the publish API answers anyone who can reach the listener, so it stays on a
// loopback address unless the operator says otherwise; nothing it shows is a secret.
package web
