# check: --pred N,1 --target N,1 --activation none --target-kind real
from keras import backend as K


def rounded(y_true, y_pred):
    return K.mean(K.abs(y_pred - y_true))
