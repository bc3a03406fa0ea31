package syntax

// indentation reads the space before the first token of a line, and opens or closes blocks by it. Lines without a token do not
// count.
func (s *scanner) indentation() {
	width := s.leadingSpace()
	switch s.peek(0) {
	case '#':
		s.toLineEnd()
		s.stepLine()
		return
	case '\n', '\r':
		s.stepLine()
		return
	}
	s.lineStart = false
	if s.pos.Offset == len(s.text) {
		return
	}
	here := s.indents[len(s.indents)-1]
	switch {
	case width.wide > here.wide:
		s.checkTabs(width.narrow > here.narrow)
		s.indents = append(s.indents, width)
		s.emit(tokIndent, s.pos)
	case width.wide < here.wide:
		s.dedent(width)
		here = s.indents[len(s.indents)-1]
		if width.wide != here.wide {
			s.report.add(Indentation, s.firstWord(), "unindent does not match any outer indentation level")
			s.indents[len(s.indents)-1] = width
			break
		}
		s.checkTabs(width.narrow == here.narrow)
	default:
		s.checkTabs(width.narrow == here.narrow)
	}
	s.lineToken = len(s.tokens)
}

// leadingSpace moves over spaces, tabs and form feeds. A form feed starts the count anew. Where backslashes join lines, the
// first one that is indented counts.
func (s *scanner) leadingSpace() column {
	var width, joined column
	for {
		switch s.peek(0) {
		case ' ':
			width.wide++
			width.narrow++
		case '\t':
			width.wide = (width.wide/8 + 1) * 8
			width.narrow++
		case '\f':
			width = column{}
		case '\\':
			before := s.pos
			s.step(1)
			if !s.stepLine() || s.pos.Offset == len(s.text) {
				s.pos = before
				return width
			}
			if joined.wide == 0 {
				joined = width
			}
			continue
		default:
			if joined.wide > 0 {
				return joined
			}
			return width
		}
		s.step(1)
	}
}

// dedent closes the blocks that are indented deeper than width.
func (s *scanner) dedent(width column) {
	for len(s.indents) > 1 && s.indents[len(s.indents)-1].wide > width.wide {
		if outer := s.indents[len(s.indents)-2]; outer.wide < width.wide {
			return // between two levels: the caller says so, and the line counts as one of the inner block
		}
		s.indents = s.indents[:len(s.indents)-1]
		s.emit(tokDedent, s.pos)
	}
}

// checkTabs refuses an indentation whose depth depends on the size of a tab.
func (s *scanner) checkTabs(consistent bool) {
	if !consistent {
		s.report.add(Indentation, s.firstWord(), "inconsistent use of tabs and spaces in indentation", "indent with four spaces everywhere")
	}
}

// firstWord is the span of the word at which an indentation ends, for messages.
func (s *scanner) firstWord() Span {
	end := s.pos
	if n := nameLen(s.rest()); n > 0 {
		end = s.src.pos(s.pos.Offset + n)
	}
	return Span{s.pos, end}
}
