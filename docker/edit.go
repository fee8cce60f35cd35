package docker

import (
	"strconv"
	"strings"
)

// layout is how a document is set.
type layout struct {
	// line ends a line and is empty for a document of one line; unit is one
	// step of indentation; colon is what separates a key from its value.
	line, unit, colon string
}

// dockers is the layout that Docker gives its file.
func dockers() layout { return layout{"\n", "\t", ": "} }

// layout follows the first member of the document.
func (d document) layout() layout {
	top := d.top()
	if len(top.members) == 0 {
		return dockers()
	}
	lead := d.text[top.start+1 : top.members[0].start]
	end := strings.LastIndex(lead, "\n")
	switch {
	case end < 0:
		return layout{"", "", ":"}
	case strings.Contains(lead, "\r\n"):
		return layout{"\r\n", lead[end+1:], ": "}
	}
	return layout{"\n", lead[end+1:], ": "}
}

// indent begins a line at a depth.
func (l layout) indent(depth int) string {
	if l.line == "" {
		return ""
	}
	return l.line + strings.Repeat(l.unit, depth)
}

// object is one with one member, whose own lines are at depth.
func (l layout) object(depth int, key, value string) string {
	return "{" + l.indent(depth) + strconv.Quote(key) + l.colon + value + l.indent(depth-1) + "}"
}

// put sets a member of a list, such as auths, and makes the list where there
// is none. Where nothing is replaced, everything else of the text stays.
func (d document) put(list, key, value string) document {
	l, top := d.layout(), d.top()
	i := top.index(func(other string) bool { return strings.EqualFold(other, list) })
	switch o, is := d.list(list); {
	case d.text == "":
		d.text = l.object(1, list, l.object(2, key, value))
	case i < 0:
		d.text = d.add(top, 1, list, l.object(2, key, value))
	case !is:
		m := top.members[i]
		d.text = d.text[:m.value] + l.object(2, key, value) + d.text[m.end:]
	default:
		if i := o.index(func(other string) bool { return other == key }); i >= 0 {
			m := o.members[i]
			d.text = d.text[:m.value] + value + d.text[m.end:]
		} else {
			d.text = d.add(o, 2, key, value)
		}
	}
	return d
}

// add puts a member behind the last one of o, set as that one.
func (d document) add(o object, depth int, key, value string) string {
	l := d.layout()
	if len(o.members) == 0 {
		inside := d.text[o.start+1 : o.end-1]
		text := l.indent(depth) + strconv.Quote(key) + l.colon + value
		if !strings.Contains(inside, "\n") {
			text += l.indent(depth - 1)
		}
		return d.text[:o.start+1] + text + d.text[o.start+1:]
	}
	last, lead := o.members[len(o.members)-1], ""
	if len(o.members) == 1 {
		lead = "," + d.text[o.start+1:last.start]
	} else {
		lead = strings.TrimLeft(d.text[o.members[len(o.members)-2].end:last.start], " \t\r\n")
	}
	return d.text[:last.end] + lead + strconv.Quote(key) + l.colon + value + d.text[last.end:]
}

// drop removes a member of a list.
func (d document) drop(list, key string) document {
	o, _ := d.list(list)
	d.text = d.without(o, o.index(func(other string) bool { return other == key }))
	return d
}

// dropKey removes a key of the document.
func (d document) dropKey(key string) document {
	top := d.top()
	d.text = d.without(top, top.index(func(other string) bool { return strings.EqualFold(other, key) }))
	return d
}

// without takes a member out with the comma and the blanks before it, or, with
// the first one, the comma behind.
func (d document) without(o object, i int) string {
	switch {
	case i < 0:
		return d.text
	case i > 0:
		return d.text[:o.members[i-1].end] + d.text[o.members[i].end:]
	case len(o.members) == 1:
		return d.text[:o.start+1] + d.text[o.end-1:]
	}
	end := o.members[0].end
	return d.text[:o.start+1] + d.text[end+strings.Index(d.text[end:], ",")+1:]
}
