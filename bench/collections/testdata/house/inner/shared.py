from keras import backend as K
import no_such_module

def squares(a, b):
    return K.square(a - b)

def unused(a):
    return no_such_module.f(a)
