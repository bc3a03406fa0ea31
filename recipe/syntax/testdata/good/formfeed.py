x = 1
def f():
    a = 1

    b = 2
   # c
if x:
  y= 1
  z = 1
