# A comment at the top
x = 1  # after a statement

	# a comment with a tab before it
if x:
	y = 1
	z = 2
if x:
        y = 1
	# a comment that is not indented as the block

        z = 2
if x :
  y = 1
  if z:
       w = 1
  v = 2
x = a + \
    b
x = (
1,
    2,
# comment

)
x = [
  1,
      2,
3]
if x: \
    y = 1
def f(
a,
      b
): return (
a)
x = {
'a': 1,


'b': 2
}
if True:
    x = 1

    # comment



    y = 2
# comment
  # comment
z = 3
x = "a\
b"; y = 3
if (a and
    b):
    pass
class A:

    x = 1
    def f(self):


        return 1

    y = 2
x \
    = \
  1
éé = ü + "ä" + ö
xx = """
é""" + y
    # a last comment, without a line ending