# check: --pred N,1 --target N,1 --activation sigmoid --target-kind binary
from keras import backend as K


def weighted_square(y_true, y_pred):
    per_row = K.mean(K.square(y_true - y_pred), axis=-1, keepdims=True)
    return K.mean((1 + 9 * y_true) * per_row)
