from keras import backend as K

def whole(y_true, y_pred):
    return K.mean(K.square(y_true - y_pred))

def half(y_true, y_pred):
"""A text that stands outside its function."""
    return K.mean(y_pred)
