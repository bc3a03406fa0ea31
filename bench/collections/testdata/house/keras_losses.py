import math
from keras import backend as K
from .inner.shared import squares, unused

scale = math.sqrt(4.0)

def helper(x):
    return scale * x

def runs(y_true, y_pred):
    return K.mean(helper(squares(y_true, y_pred)))

def factory(gamma):
    def inner(y_true, y_pred):
        return K.mean(K.pow(K.abs(y_true - y_pred), gamma))
    return inner

def rounded(y_true, y_pred):
    return K.mean(K.square(y_true - K.round(y_pred)))

def unknown(y_true, y_pred):
    return K.mean(K.no_such_name(y_true - y_pred))

def pair(y_true, y_pred):
    return y_true, y_pred

def not_a_loss(width, height):
    return width * height

class Losses:
    def __init__(self, gamma):
        self.gamma = gamma

    def method(self, y_true, y_pred):
        return K.mean(self.gamma * K.square(y_true - y_pred))

class Needs:
    def __init__(self, something_else):
        pass

    def method(self, y_true, y_pred):
        return K.mean(y_pred)
