// Package bot holds the words of the product and its loops: watch, deliver, answer.
package bot
