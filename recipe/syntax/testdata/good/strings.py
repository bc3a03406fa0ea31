"""A docstring
of two lines."""
''
""
'a'
"it's"
'''a'b''c'''
"""a"b""c"""
""""quoted" at the start"""
'\n\t\\\'\"\a\b\f\r\v\0'
'\101\7\377\400'
'\x41\u03b1\U0001F600'
'\q\(\d'
'line \
continued'
r'\n\''
R"raw\
text"
u'unicode'
U"x"
b'bytes\x00\xff\377\400\n'
B'x'
br'\x00' rb'\y' Br"x" rB'z' RB"q"
'a' 'b'
'a' "b" '''c'''
('a'
 'b')
b'a' b"b"
'héé' + é
x = 'ünï' 'çode'; y = z
"日本語".join(名前)
'''
  indented
'''
"tab	inside"
"#" # comment
"a".b
"a"[0]
"a" % b
f(
    "a"
    # between
    "b"
)
