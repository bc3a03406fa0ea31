f'{a['b']}'
f"{"a" + "b"}"
f"{f"{f"{x}"}"}"
f'{'\n'.join(x)}'
f"{x # comment
}"
f'{x
+ y}'
f"{'a' if x else 'b':>{10}}"
f"{f'{f"""{x}"""}'}"
