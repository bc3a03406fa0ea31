# check: --pred N,1 --target N,1 --activation sigmoid --target-kind binary
from keras import backend as K


def two_losses(y_true, y_pred):
    square, distance = K.square(y_true - y_pred), K.abs(y_true - y_pred)
    return K.mean(K.switch(y_pred > 0.7, square, distance))
