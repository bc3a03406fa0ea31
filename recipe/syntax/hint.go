package syntax

// hint guesses at what was meant where the current token does not belong: an explanation to go with the message, and a way
// to write it.
func (p *parser) hint() (why, fix string) {
	t, before, earlier := p.tok(), &token{}, &token{}
	if p.i > 0 {
		before = &p.tokens[p.i-1]
	}
	if p.i > 1 {
		earlier = &p.tokens[p.i-2]
	}
	switch {
	case t.is("=") && before.is("="):
		return "maybe you meant '=='?", ""
	case t.is("="):
		return "maybe you meant '==' or ':=' instead of '='?", ""
	case t.is(":="):
		return "maybe you meant '='?", ""
	case t.is("&") && before.is("&"):
		return "Python has no '&&'", "a and b"
	case t.is("|") && before.is("|"):
		return "Python has no '||'", "a or b"
	case t.is(">") && before.is("<"):
		return "Python has no '<>'", "a != b"
	case t.is("!"):
		return "Python has no '!' before a value", "not a"
	case t.is("if") && before.is("else"):
		return "Python has no 'else if'", "elif test:"
	case t.is("{") && !p.inBrackets():
		return "blocks are marked by indentation", "end the line with : and indent the lines below"
	case before.is("+") && earlier.is("+"):
		return "Python has no '++'", "x += 1"
	case before.is("-") && earlier.is("-"):
		return "Python has no '--'", "x -= 1"
	case p.inBrackets() && startsOperand(t) && endsOperand(before):
		return "perhaps you forgot a comma?", ""
	}
	return "", ""
}

// inBrackets says whether the current token stands inside brackets.
func (p *parser) inBrackets() bool {
	depth := 0
	for i := p.i - 1; i >= 0 && p.tokens[i].kind != tokNewline; i-- {
		if depth += bracketDepth(&p.tokens[i]); depth > 0 {
			return true
		}
	}
	return false
}

// startsOperand says whether an expression can start with t.
func startsOperand(t *token) bool {
	switch t.kind {
	case tokName, tokNumber, tokString, tokFStart, tokBad:
		return true
	case tokKeyword:
		switch t.text {
		case "None", "True", "False", "not", "lambda", "await", "yield":
			return true
		}
	case tokOp:
		switch t.text {
		case "(", "[", "{", "-", "+", "~", "...", "*":
			return true
		}
	}
	return false
}

// endsOperand says whether an expression can end with t.
func endsOperand(t *token) bool {
	switch t.kind {
	case tokName, tokNumber, tokString, tokFEnd:
		return true
	}
	return t.is(")") || t.is("]") || t.is("}") || t.is("...") || isConstant(t)
}
