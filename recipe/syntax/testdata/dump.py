"""Prints the tree of Python sources, as the oracle of TestOracle.

Reads file names from standard input, one a line. For each it prints the name, a tab, and the SHA-256 of the dump (or, with
--full, the dump itself). A file that this Python does not compile gives "error", a colon and its message.
"""
import ast
import hashlib
import struct
import sys
import warnings

OPERATORS = {
    "Add": "+", "Sub": "-", "Mult": "*", "MatMult": "@", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**",
    "LShift": "<<", "RShift": ">>", "BitOr": "|", "BitXor": "^", "BitAnd": "&", "And": "and", "Or": "or",
    "Not": "not", "Invert": "~", "UAdd": "+", "USub": "-", "Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=",
    "Gt": ">", "GtE": ">=", "Is": "is", "IsNot": "is not", "In": "in", "NotIn": "not in",
}
INNER = sys.version_info >= (3, 12)  # before, positions inside an f-string were not those of the source


def scalar(value):
    """A constant as text that Go can print the same way."""
    if value is None:
        return "None"
    if value is Ellipsis:
        return "..."
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return "%d" % value
    if isinstance(value, float):
        return "f" + struct.pack(">d", value).hex()
    if isinstance(value, str):
        return "s" + value.encode("utf-8", "surrogatepass").hex()
    if isinstance(value, bytes):
        return "b" + value.hex()
    return repr(value)


def parameters(args):
    """The parameters of a signature with kind and default, in the order of the source."""
    positional = args.posonlyargs + args.args
    defaults = [None] * (len(positional) - len(args.defaults)) + args.defaults
    for i, (arg, default) in enumerate(zip(positional, defaults)):
        yield arg, "0" if i < len(args.posonlyargs) else "1", default
    if args.vararg:
        yield args.vararg, "2", None
    for arg, default in zip(args.kwonlyargs, args.kw_defaults):
        yield arg, "3", default
    if args.kwarg:
        yield args.kwarg, "4", None


def dump(node, role, depth, lines):
    kind = type(node).__name__
    span = "%d:%d-%d:%d" % (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset) if hasattr(node, "lineno") else "-"
    words, children = [], []
    for field, value in ast.iter_fields(node):
        if field in ("ctx", "type_comment", "kind", "type_params", "type_ignores", "is_async"):
            continue
        if isinstance(value, ast.arguments):
            for arg, number, default in parameters(value):
                arg.paramkind, arg.default = number, default
                children.append((arg, "args"))
        elif isinstance(value, (ast.operator, ast.unaryop, ast.boolop)):
            words.append(OPERATORS[type(value).__name__])
        elif field == "ops":
            words.extend(OPERATORS[type(v).__name__] for v in value)
        elif isinstance(value, list) and not (value and isinstance(value[0], str)):
            for i, v in enumerate(value):
                children.append((v, field) if v is not None else (None, field + str(i)))
        elif isinstance(value, ast.AST):
            children.append((value, field))
        elif kind == "Constant":
            words.append(scalar(value))
        elif value is not None:
            words.append(str(value))
    if kind == "arg":
        words.append(node.paramkind)
        if node.default is not None:
            children.append((node.default, "default"))
    lines.append(" ".join([" " * depth + role, kind, span] + words))
    if kind == "JoinedStr" and not INNER:
        return
    for child, role in children:
        if child is None:
            lines.append(" " * (depth + 1) + role + " absent")
        elif not (kind == "JoinedStr" and isinstance(child, ast.Constant) and child.value == ""):
            dump(child, role, depth + 1, lines)


def main():
    warnings.simplefilter("ignore")
    for name in sys.stdin.read().splitlines():
        try:
            with open(name, "rb") as f:
                source = f.read()
            tree = ast.parse(source)
            compile(source, name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
            print(name + "\terror: " + str(e).replace("\n", " "))
            continue
        lines = []
        dump(tree, "module", 0, lines)
        text = "\n".join(lines) + "\n"
        print(name + "\t" + (text if "--full" in sys.argv else hashlib.sha256(text.encode()).hexdigest()))


main()
