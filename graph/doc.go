// Package graph draws how credentials get from sources to registries: nodes in
// columns from left to right, and arrows between them, as SVG, Mermaid and DOT.
// The same graph is drawn the same way every time.
package graph
